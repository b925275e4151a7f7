import { AxonRefusal } from './refusal.ts'

interface Waiter {
  readonly priority: number
  start(): void
}

/** A limit on requests handled at once; those above it wait, the highest priority first. */
export interface Slots {
  /**
   * Waits for a slot; the result gives it back.
   * @throws AxonRefusal 408 when `seconds` pass, 503 when too many wait already
   */
  take(priority: number, seconds: number): Promise<() => void>
}

export function createSlots(size: number, maxWaiting: number): Slots {
  let free = size
  /** Descending by priority; equal ones in order of arrival. */
  const waiting: Waiter[] = []

  function release(): void {
    const next = waiting.shift()
    if (next === undefined) free++
    else next.start()
  }

  /** A release that counts once, however often it is called. */
  function once(): () => void {
    let done = false
    return () => {
      if (done) return
      done = true
      release()
    }
  }

  return {
    take(priority, seconds) {
      if (free > 0) {
        free--
        return Promise.resolve(once())
      }
      if (waiting.length >= maxWaiting) return Promise.reject(new AxonRefusal(503, 'Too many requests are waiting'))
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          priority,
          start: () => {
            clearTimeout(timer)
            resolve(once())
          },
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(waiter), 1)
          reject(new AxonRefusal(408, `Response timeout after: ${seconds}s`))
        }, seconds * 1_000)
        const behind = waiting.findIndex((other) => other.priority < priority)
        waiting.splice(behind < 0 ? waiting.length : behind, 0, waiter)
      })
    },
  }
}
