/** Pulses over HTTP, from several servers of one beacon at once: the first good answer counts. */
import { NeuriteError } from '@neurite/primitives/errors'
import type { Pulse } from '@neurite/primitives/timelock'
import { type PulseSource, parsePulse } from './source.ts'

/** Public servers of quicknet. */
export const QUICKNET_ENDPOINTS: readonly string[] = [
  'https://api.drand.sh',
  'https://api2.drand.sh',
  'https://api3.drand.sh',
  'https://drand.cloudflare.com',
  'https://api.drand.secureweb3.com:6875',
]

export interface BeaconClientOptions {
  /** Without a slash at the end. */
  readonly endpoints: readonly string[]
  /** Hash of the beacon's chain. */
  readonly hash: Uint8Array
  /** For all endpoints together. Default 1000, as in the reference. */
  readonly timeoutMs?: number
}

/** A pulse takes about 250 bytes; whoever sends more is no beacon. */
const MAX_ANSWER = 4096

export function createBeaconClient({ endpoints, hash, timeoutMs = 1000 }: BeaconClientOptions): PulseSource {
  const chain = Buffer.from(hash).toString('hex')

  async function ask(which: string): Promise<Pulse> {
    // Ends the requests that are still open once one has answered.
    const done = new AbortController()
    const signal = AbortSignal.any([done.signal, AbortSignal.timeout(timeoutMs)])
    try {
      return await Promise.any(endpoints.map((endpoint) => askOne(`${endpoint}/${chain}/public/${which}`, signal)))
    } catch (error) {
      const reasons = error instanceof AggregateError ? error.errors : [error]
      throw new NeuriteError('BeaconUnreachable', `No server of the beacon gave round \`${which}\`.`, {
        details: [
          `Expected one of ${endpoints.length} to answer within ${timeoutMs} ms.`,
          ...reasons.map((reason, i) => `${endpoints[i]}: ${reason instanceof Error ? reason.message : reason}`),
        ],
      })
    } finally {
      done.abort()
    }
  }

  return { latest: () => ask('latest'), round: (round) => ask(String(round)) }
}

async function askOne(url: string, signal: AbortSignal): Promise<Pulse> {
  const response = await fetch(url, { signal, redirect: 'error' })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new NeuriteError('BeaconAnswer', `status ${response.status}`)
  }
  const pulse = parsePulse(await readText(response))
  if (pulse === undefined) throw new NeuriteError('BeaconAnswer', 'the answer is no pulse')
  return pulse
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MAX_ANSWER) throw new NeuriteError('BeaconAnswer', `the answer is longer than ${MAX_ANSWER} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
