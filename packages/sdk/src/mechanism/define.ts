/**
 * A subnet in one file: what is asked, how answers are judged, what earns how much.
 *
 * `judge` states facts, `score` states policy. Randomness comes only from `ctx.rng`, time only from `ctx.chain`.
 */
import { bytesToHex, type Hash, utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { sha256 } from '@neurite/primitives/hash'
import { canonicalJson, type Expr, type MetricSpec, metric, type Node, namesIn, printExpr, rangeOf } from './expr.ts'
import { deadlineOf, type Guard } from './guards.ts'
import type { Memory } from './memory.ts'
import type { Pay } from './pay.ts'
import type { Rng } from './rng.ts'
import type { Hidden, Schema } from './schema.ts'

/** Miner code: an answer for an ask. */
export type Miner<Ask, Answer> = (ask: Ask) => Answer | Promise<Answer>

export interface MinerEnvironment {
  /** Everything the miner draws at random comes from this. */
  readonly seed: string
  /** Folder for things that are costly to make, such as trained models; absent = nothing is kept. */
  readonly cacheDir?: string | undefined
  /** Called with the share done (0 to 1) while the miner prepares. */
  readonly onProgress?: ((done: number) => void) | undefined
}

export interface ReferenceMiner<Ask, Answer> {
  /** What it does, in one sentence. */
  readonly docs: string
  create(environment: MinerEnvironment): Miner<Ask, Answer> | Promise<Miner<Ask, Answer>>
}

/** A corpus addressed by its content. */
export interface DataCard<T> {
  readonly name: string
  readonly licence: string
  load(): T
}

export interface TaskContext<Data> {
  readonly rng: { readonly own: Rng; readonly shared: Rng }
  readonly chain: { readonly block: number }
  readonly data: Data
}

export interface Answered<Answer> {
  readonly value: Answer
  /** Bytes of the answer on the wire. */
  readonly bytes: number
  /** Milliseconds from the last byte of the request to the last byte of the answer. */
  readonly serviceMs: number
}

export interface Judged<Ask, Answer, Truth> {
  readonly ask: Ask
  readonly truth: Truth
  readonly answers: readonly Answered<Answer>[]
}

/** Maps a request of the gateway's OpenAI-style route to an ask, and the answer back. */
export interface OrganicRoute<Ask, Answer> {
  readonly route: 'openai.embeddings'
  /** Name under /v1/models. */
  readonly model: string
  readonly limits: {
    readonly inputs: number
    readonly characters: number
    readonly dimensions: readonly [number, number]
  }
  readonly defaultDimensions: number
  toAsk(request: { readonly inputs: readonly string[]; readonly dimensions: number }): Ask
  /** One vector per input. @throws NeuriteError when the answer does not fit the ask. */
  fromAnswer(ask: Ask, answer: Answer): readonly Float32Array[]
}

type MetricValues<Metrics> = { readonly [K in keyof Metrics]: number | boolean }

export interface SubnetOptions<Ask, Answer, Truth, Metrics extends MetricValues<Metrics>, Data> {
  readonly name: string
  readonly version: number
  readonly shape: 'live'
  readonly docs: string
  readonly ask: Schema<Ask>
  readonly answer: Schema<Answer>
  readonly data: { readonly [K in keyof Data]: DataCard<Data[K]> }
  task(ctx: TaskContext<Data>): { readonly ask: Ask; readonly truth: Hidden<Truth> }
  /** Facts about each answer, in order. */
  judge(round: Judged<Ask, Answer, Truth>): readonly Metrics[]
  readonly metrics: { readonly [K in keyof Metrics]: MetricSpec }
  score(x: { readonly [K in keyof Metrics]: Expr }): Expr
  readonly memory: Memory
  readonly pay: Pay
  readonly guards: readonly Guard<Answer>[]
  readonly organic?: readonly OrganicRoute<Ask, Answer>[]
  /** Must hold `bad`: a subnet that cannot tell its bad miner apart pays for nothing. */
  readonly miners: { readonly bad: ReferenceMiner<Ask, Answer> } & Readonly<Record<string, ReferenceMiner<Ask, Answer>>>
}

export interface Subnet<Ask = any, Answer = any, Truth = any, Metrics = any, Data = any>
  extends Omit<SubnetOptions<Ask, Answer, Truth, any, Data>, 'score' | 'judge' | 'metrics' | 'organic'> {
  judge(round: Judged<Ask, Answer, Truth>): readonly Metrics[]
  readonly metrics: Readonly<Record<string, MetricSpec>>
  readonly score: Node
  readonly organic: readonly OrganicRoute<Ask, Answer>[]
  readonly deadlineMs: number
  /** Reference miners the formula compares with: a validator runs these itself. */
  readonly bases: readonly string[]
  /** SHA-256 of everything that decides pay. It changes when a rule does. */
  readonly policyHash: Hash
  /** The policy for people. */
  readonly policyText: string
}

export function defineSubnet<Ask, Answer, Truth, Metrics extends MetricValues<Metrics>, Data>(
  options: SubnetOptions<Ask, Answer, Truth, Metrics, Data>,
): Subnet<Ask, Answer, Truth, Metrics, Data> {
  const names = Object.keys(options.metrics) as (keyof Metrics & string)[]
  const metrics = options.metrics as Readonly<Record<string, MetricSpec>>
  const symbols = Object.fromEntries(names.map((name) => [name, metric(name)])) as Record<keyof Metrics, Expr>
  const score = options.score(symbols).node
  const read = namesIn(score)
  const problem = (message: string, ...details: string[]) =>
    new NeuriteError('InvalidSubnet', `Subnet ${options.name}: ${message}`, { details })

  if (options.miners.bad === undefined)
    throw problem('there is no reference miner `bad`.', 'Add one that does too little.')
  for (const miner of read.miners) {
    if (options.miners[miner] === undefined) {
      throw problem(
        `the score compares with miner \`${miner}\`.`,
        `Expected one of ${Object.keys(options.miners).join(', ')}.`,
      )
    }
  }
  for (const name of read.metrics) {
    if (metrics[name] === undefined)
      throw problem(`the score reads metric \`${name}\`.`, `Expected one of ${names.join(', ')}.`)
  }
  const [low, high] = rangeOf(score, metrics)
  if (!(low >= 0 && high <= 1)) {
    throw problem(`the score ranges from \`${low}\` to \`${high}\`.`, 'Expected 0 to 1: use between, rank or clamp.')
  }

  const policy = {
    subnet: options.name,
    version: options.version,
    shape: options.shape,
    metrics,
    score,
    memory: options.memory,
    pay: options.pay,
    guards: options.guards.map(({ kind, ...rest }) => ({
      kind,
      ...('ms' in rest ? rest : { by: rest.name, above: rest.above }),
    })),
    data: Object.fromEntries(Object.entries<DataCard<unknown>>(options.data).map(([key, card]) => [key, card.name])),
  }
  return {
    ...options,
    metrics,
    score,
    organic: options.organic ?? [],
    deadlineMs: deadlineOf(options.guards),
    bases: [...read.miners],
    policyHash: bytesToHex(sha256(utf8ToBytes(canonicalJson(policy)))),
    policyText: printPolicy(options, score),
  }
}

function printPolicy(
  options: Pick<SubnetOptions<any, any, any, any, any>, 'name' | 'version' | 'memory' | 'pay' | 'guards'>,
  score: Node,
): string {
  const { memory, pay } = options
  const lines = [`mechanism ${options.name}/${options.version}`]
  let body = score
  if (score.op === 'gate') {
    lines.push(`  require  ${printExpr(score.when)}`)
    body = score.value
  }
  lines.push(`  score    ${printExpr(body)}`)
  for (const guard of options.guards) {
    lines.push(
      guard.kind === 'deadline' ? `  deadline ${guard.ms} ms` : `  share    duplicates(${guard.name}) > ${guard.above}`,
    )
  }
  lines.push(`  memory   ema ${memory.halfLife} rounds, newcomer ${memory.newcomer}, paid from ${memory.min} on`)
  lines.push(
    `  pay      ${pay.kind === 'geometric' ? `geometric ${pay.ratio}, scores above ${pay.above}` : 'proportional'}`,
  )
  return lines.join('\n')
}
