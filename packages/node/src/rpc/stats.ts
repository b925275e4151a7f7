/** Counters of the RPC server, read by the metrics endpoint. */

export interface MethodCounter {
  readonly protocol: 'ws' | 'http'
  readonly method: string
  readonly isError: boolean
  count: number
  /** Milliseconds from taking the call to having its answer. */
  totalMs: number
}

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
      const key = `${protocol} ${method} ${isError}`
      let counter = counters.get(key)
      if (counter === undefined) {
        counter = { protocol, method, isError, count: 0, totalMs: 0 }
        counters.set(key, counter)
      }
      counter.count++
      counter.totalMs += ms
    },
  }
}
