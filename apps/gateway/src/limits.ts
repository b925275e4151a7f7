/** Token buckets: how often a caller may ask, said in the headers of every answer. */
import { ApiError } from './errors.ts'

export interface RateLimit {
  /** Requests a minute in the long run. */
  readonly perMinute: number
  /** Requests at once after a pause. */
  readonly burst: number
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** Callers remembered; the ones idle longest are forgotten (their buckets are full anyway). */
const REMEMBERED = 10_000

export interface RateLimiter {
  /** Takes one request of `caller`; gives the headers. @throws ApiError 429 with the exact time to wait */
  take(caller: string): Record<string, string>
}

export function createRateLimiter(
  { perMinute, burst }: RateLimit,
  now: () => number = () => performance.now(),
): RateLimiter {
  const buckets = new Map<string, Bucket>()
  const perMs = perMinute / 60_000

  return {
    take(caller) {
      const at = now()
      const held = buckets.get(caller)
      const tokens = held === undefined ? burst : Math.min(burst, held.tokens + (at - held.filledAt) * perMs)
      const left = tokens >= 1 ? tokens - 1 : tokens
      buckets.delete(caller)
      buckets.set(caller, { tokens: left, filledAt: at })
      if (buckets.size > REMEMBERED) buckets.delete(buckets.keys().next().value!)
      const headers = {
        'x-ratelimit-limit-requests': String(burst),
        'x-ratelimit-remaining-requests': String(Math.floor(left)),
        'x-ratelimit-reset-requests': `${((burst - left) / perMs / 1_000).toFixed(3)}s`,
      }
      if (tokens < 1) {
        const waitMs = Math.ceil((1 - tokens) / perMs)
        throw new ApiError(429, `Too many requests: ${perMinute} a minute are allowed. Try again in ${waitMs} ms.`, {
          code: 'rate_limit_exceeded',
          headers: { ...headers, 'retry-after': String(Math.ceil(waitMs / 1_000)), 'retry-after-ms': String(waitMs) },
        })
      }
      return headers
    },
  }
}
