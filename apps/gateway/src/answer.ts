/** Gets an answer from the first miner that gives a good one: one after another on failure, side by side when slow. */
import type { Json, OrganicRoute, Subnet } from '@neurite/sdk/mechanism'
import type { Caller, Neuron, SignedReply } from '@neurite/subnets/host'
import { ApiError } from './errors.ts'
import type { MinerPool } from './miners.ts'

export interface AnswerOptions {
  readonly subnet: Subnet
  readonly route: OrganicRoute<any, any>
  readonly caller: Caller
  readonly pool: MinerPool
  /** A miner that has not answered after this many milliseconds gets company. */
  readonly hedgeMs: number
  /** Miners tried at most for one request. */
  readonly attempts: number
}

export interface Answered {
  readonly miner: Neuron
  readonly vectors: readonly Float32Array[]
  readonly replies: readonly SignedReply[]
  readonly attempts: number
}

/** Texts that go into one ask. */
export function asksFor(
  { route }: Pick<AnswerOptions, 'route'>,
  inputs: readonly string[],
  dimensions: number,
): readonly unknown[] {
  const asks: unknown[] = []
  for (let from = 0; from < inputs.length; from += route.limits.inputs) {
    asks.push(route.toAsk({ inputs: inputs.slice(from, from + route.limits.inputs), dimensions }))
  }
  return asks
}

/** @throws ApiError 503 when every miner tried has failed */
export async function answerFrom(
  options: AnswerOptions,
  miners: readonly Neuron[],
  asks: readonly unknown[],
  signal: AbortSignal,
): Promise<Answered> {
  const { subnet, pool, hedgeMs } = options
  const candidates = miners.slice(0, options.attempts)
  const stops = new Map<Neuron, AbortController>()
  const reasons: string[] = []
  let next = 0

  const attempt = async (miner: Neuron): Promise<Answered> => {
    const stop = new AbortController()
    stops.set(miner, stop)
    const started = performance.now()
    try {
      const parts = await Promise.all(
        asks.map(async (ask) => {
          const reply = await options.caller.ask(miner, subnet.ask.encode(ask) as Json, {
            deadlineMs: subnet.deadlineMs,
            signal: AbortSignal.any([stop.signal, signal]),
          })
          return { reply, vectors: options.route.fromAnswer(ask, subnet.answer.decode(reply.answer, 'answer')) }
        }),
      )
      pool.succeeded(miner, performance.now() - started)
      return {
        miner,
        vectors: parts.flatMap(({ vectors }) => vectors),
        replies: parts.map(({ reply }) => reply),
        attempts: next,
      }
    } catch (error) {
      stop.abort()
      if (!settled && !signal.aborted) pool.failed(miner)
      reasons.push(error instanceof Error ? error.message : String(error))
      throw error
    }
  }

  let settled = false
  const found = await new Promise<Answered | undefined>((resolve) => {
    let running = 0
    let timer: NodeJS.Timeout | undefined
    const done = (answered: Answered | undefined) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      for (const [miner, stop] of stops) if (miner !== answered?.miner) stop.abort()
      resolve(answered)
    }
    const start = () => {
      clearTimeout(timer)
      const miner = candidates[next]
      if (settled || miner === undefined) {
        if (running === 0) done(undefined)
        return
      }
      next++
      running++
      timer = setTimeout(start, hedgeMs)
      attempt(miner).then(done, () => {
        running--
        start()
      })
    }
    signal.addEventListener('abort', () => done(undefined))
    start()
  })
  if (found !== undefined) return found
  if (candidates.length === 0) {
    throw new ApiError(503, 'No miner serves this model at the moment. Try again soon.', {
      code: 'no_miner_available',
      headers: { 'retry-after': '2' },
    })
  }
  throw new ApiError(503, `No miner answered (${next} tried). ${reasons.join(' ')}`.slice(0, 500), {
    code: 'miners_failed',
    headers: { 'retry-after': '1' },
  })
}
