/** Counters of the RPC server, read by the metrics endpoint. */
import { createHistogram, type Histogram } from '../metrics/exposition.ts'

export interface MethodCounter {
  readonly protocol: 'ws' | 'http'
  readonly method: string
  finished: number
  /** Of those, how many were answered with an error. */
  failed: number
  /** From taking a call to having its answer. @unit microseconds */
  readonly time: Histogram
}

/** As polkadot-sdk substrate/client/rpc-servers/src/middleware/metrics.rs has them. @unit microseconds */
const TIME_BOUNDS = [5, 25, 100, 500, 1_000, 2_500, 10_000, 25_000, 100_000, 1_000_000, 10_000_000]

export interface RpcStats {
  sessionsOpened: number
  sessionsClosed: number
  /** Clients dropped because they did not read what was sent to them. */
  slowConsumersDropped: number
  readonly calls: Iterable<MethodCounter>
  countCall(protocol: 'ws' | 'http', method: string, isError: boolean, ms: number): void
}

export function createRpcStats(): RpcStats {
  const counters = new Map<string, MethodCounter>()
  return {
    sessionsOpened: 0,
    sessionsClosed: 0,
    slowConsumersDropped: 0,
    get calls() {
      return counters.values()
    },
    countCall(protocol, method, isError, ms) {
      const key = `${protocol} ${method}`
      let counter = counters.get(key)
      if (counter === undefined) {
        counter = { protocol, method, finished: 0, failed: 0, time: createHistogram(TIME_BOUNDS) }
        counters.set(key, counter)
      }
      counter.finished++
      if (isError) counter.failed++
      counter.time.observe(ms * 1000)
    },
  }
}
