/**
 * One round: make a task, ask every miner the same, judge, score. Simulation and the real validator run this same code;
 * only the transport differs.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Answered, Miner, Subnet } from './define.ts'
import { evaluate, type Facts, type Q, toQ } from './expr.ts'
import { alikePairs } from './guards.ts'
import { createRng } from './rng.ts'
import type { Json } from './schema.ts'

export interface Target {
  readonly uid: number
  readonly hotkey: AccountId
}

/** What came back: JSON as parsed, with what it cost. */
export interface Reply {
  readonly answer: unknown
  readonly bytes: number
  readonly serviceMs: number
}

/** Sends an ask to one miner. Rejects when it fails or takes longer than `deadlineMs`. */
export type Transport<T extends Target = Target> = (
  target: T,
  ask: Json,
  limits: { readonly deadlineMs: number; readonly maxBytes: number },
) => Promise<Reply>

export type Status =
  | 'answered'
  /** No answer in time, or the connection failed. */
  | 'silent'
  /** An answer that is not of the answer's type. */
  | 'malformed'
  /** Facts about the answer are not numbers. */
  | 'unjudgeable'

export interface Outcome<T extends Target = Target> {
  readonly target: T
  readonly status: Status
  /** Why there is no answer. */
  readonly reason?: string
  readonly metrics?: Readonly<Record<string, number | boolean>>
  readonly serviceMs?: number
  /** 0 to 1 in Q32.32; 0 without a valid answer. */
  readonly score: Q
}

export interface Round<T extends Target = Target> {
  readonly block: number
  readonly outcomes: readonly Outcome<T>[]
  /** Facts about the reference miners on the same task. */
  readonly bases: Readonly<Record<string, Readonly<Record<string, number | boolean>>>>
  /** Hotkeys whose answers were alike. */
  readonly alike: readonly (readonly [AccountId, AccountId])[]
}

export interface RoundOptions<T extends Target> {
  /** Differs in every round and validator; the same seed repeats the task. */
  readonly seed: string
  /** Common to all validators of the round, where a task needs that. */
  readonly sharedSeed?: string
  readonly block: number
  readonly targets: readonly T[]
  readonly transport: Transport<T>
  /** Reference miners the formula needs ({@link Subnet.bases}), ready to answer. */
  readonly bases: Readonly<Record<string, Miner<any, any>>>
}

/** Loaded data of a subnet. Cards are read when first used. */
export function dataOf(subnet: Subnet): Record<string, unknown> {
  const data = {}
  for (const [key, card] of Object.entries<{ load(): unknown }>(subnet.data)) {
    Object.defineProperty(data, key, { enumerable: true, get: () => card.load() })
  }
  return data
}

export async function runRound<T extends Target>(subnet: Subnet, options: RoundOptions<T>): Promise<Round<T>> {
  const { block, targets, transport } = options
  const rng = { own: createRng(options.seed), shared: createRng(options.sharedSeed ?? `${subnet.name}/${block}`) }
  const { ask, truth } = subnet.task({ rng, chain: { block }, data: dataOf(subnet) })
  const wireAsk = subnet.ask.encode(ask)
  const limits = { deadlineMs: subnet.deadlineMs, maxBytes: subnet.answer.maxBytes }

  const received = await Promise.all(targets.map((target) => receive(subnet, transport, target, wireAsk, limits)))
  const answered = received.filter(
    (entry): entry is Received & { answer: Answered<unknown> } => entry.answer !== undefined,
  )
  const references = await Promise.all(
    subnet.bases.map(async (name): Promise<[string, Answered<unknown>]> => {
      const miner = options.bases[name]
      if (miner === undefined) {
        throw new NeuriteError('MissingBase', `Reference miner \`${name}\` of subnet ${subnet.name} was not given.`, {
          details: ['Expected one for each name in `subnet.bases`.'],
        })
      }
      return [name, { value: await miner(ask), bytes: 0, serviceMs: 1 }]
    }),
  )

  const metrics = subnet.judge({
    ask,
    truth: truth.open(),
    answers: [...answered.map(({ answer }) => answer), ...references.map(([, answer]) => answer)],
  })
  const bases = Object.fromEntries(references.map(([name], i) => [name, metrics[answered.length + i]!]))
  const baseFacts = Object.fromEntries(Object.entries(bases).map(([name, found]) => [name, factsOf(found) ?? {}]))

  const facts = answered.map((_, i) => factsOf(metrics[i]!))
  const judged = answered.map((_, i) => i).filter((i) => facts[i] !== undefined)
  const scores = evaluate(
    subnet.score,
    judged.map((i) => facts[i]!),
    baseFacts,
  )
  const scoreOf = new Map(judged.map((i, place) => [answered[i]!, scores[place]!]))
  const metricsOf = new Map<Received, Record<string, number | boolean>>(
    answered.map((entry, i) => [entry, metrics[i]!]),
  )

  const outcomes = received.map((entry, i): Outcome<T> => {
    const target = targets[i]!
    if (entry.answer === undefined) return { target, status: entry.status, reason: entry.reason ?? '', score: 0n }
    const score = scoreOf.get(entry as never)
    return {
      target,
      status: score === undefined ? 'unjudgeable' : 'answered',
      metrics: metricsOf.get(entry)!,
      serviceMs: entry.answer.serviceMs,
      score: score ?? 0n,
    }
  })
  const hotkeys = received.flatMap((entry, i) => (entry.answer === undefined ? [] : [targets[i]!.hotkey]))
  const alike = alikePairs(
    subnet.guards,
    answered.map(({ answer }) => answer.value),
  ).map(([a, b]) => [hotkeys[a]!, hotkeys[b]!] as const)
  return { block, outcomes, bases, alike }
}

interface Received {
  readonly status: Status
  readonly reason?: string
  readonly answer?: Answered<unknown>
}

async function receive<T extends Target>(
  subnet: Subnet,
  transport: Transport<T>,
  target: T,
  ask: Json,
  limits: { readonly deadlineMs: number; readonly maxBytes: number },
): Promise<Received> {
  let reply: Reply
  try {
    reply = await transport(target, ask, limits)
  } catch (error) {
    return { status: 'silent', reason: reasonOf(error) }
  }
  if (reply.serviceMs > limits.deadlineMs) return { status: 'silent', reason: 'late' }
  if (reply.bytes > limits.maxBytes) return { status: 'malformed', reason: 'too long' }
  try {
    const value = subnet.answer.decode(reply.answer, 'answer')
    return { status: 'answered', answer: { value, bytes: reply.bytes, serviceMs: Math.max(reply.serviceMs, 0.01) } }
  } catch (error) {
    return { status: 'malformed', reason: reasonOf(error) }
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 200)

/** Metrics in fixed point; undefined when one is not finite. */
function factsOf(metrics: Readonly<Record<string, number | boolean>>): Facts | undefined {
  const facts: Record<string, Q> = {}
  for (const [name, value] of Object.entries(metrics)) {
    const fixed = toQ(value)
    if (fixed === undefined) return undefined
    facts[name] = fixed
  }
  return facts
}
