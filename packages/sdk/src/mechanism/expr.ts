/**
 * The scoring policy: a formula over the facts a judge found. It is total (no loops, no exceptions on any facts), pure
 * and computed in Q32.32 fixed point, so that validators agree bit for bit. The formula is data: it is hashed into the
 * subnet's identity, printed for people, and its range is known before it runs.
 */
import { NeuriteError } from '@neurite/primitives/errors'
import { I32F32 } from '@neurite/primitives/fixed'
import type { Json } from './schema.ts'

/** Q32.32 number: the value times 2^32. */
export type Q = bigint
export const Q_ONE: Q = I32F32.one

/** `value` rounded down to Q32.32 and kept inside its range; undefined when it is not finite. */
export function toQ(value: number | boolean): Q | undefined {
  if (typeof value === 'boolean') return value ? Q_ONE : 0n
  if (!Number.isFinite(value)) return undefined
  // 2^32 times a double is exact; beyond 2^31 only the bound matters.
  const bounded = Math.min(Math.max(value, -2_147_483_648), 2_147_483_647)
  return BigInt(Math.floor(bounded * 4_294_967_296))
}

export const fromQ = (value: Q): number => I32F32.toNumber(value)

export type Node =
  | { readonly op: 'literal'; readonly bits: string }
  | { readonly op: 'metric'; readonly name: string }
  | { readonly op: 'base'; readonly miner: string; readonly of: Node }
  | { readonly op: 'gate'; readonly when: Node; readonly value: Node }
  | { readonly op: 'between'; readonly of: Node; readonly bad: Node; readonly good: Node }
  | { readonly op: 'pow'; readonly of: Node; readonly power: number }
  | { readonly op: 'mix'; readonly of: Node; readonly weight: string; readonly with: Node }
  | { readonly op: 'clamp'; readonly of: Node; readonly low: string; readonly high: string }
  | { readonly op: 'rank'; readonly of: Node }
  | { readonly op: 'add' | 'sub' | 'mul' | 'min' | 'max'; readonly left: Node; readonly right: Node }

/** Unit of a metric and which direction is better. Flags are 0 or 1. */
export interface MetricSpec {
  readonly unit: string
  readonly better: 'higher' | 'lower'
  /** Bounds the judge promises; absent = any. */
  readonly range?: readonly [number, number]
}

export type Operand = Expr | number | BaseOf

/** The same expression computed on the facts of a reference miner. */
export interface BaseOf {
  readonly base: string
}

/** Score of the reference miner `name` in the same round, for the expression it is compared with. */
export const base = (name: string): BaseOf => ({ base: name })

export interface Expr {
  readonly node: Node
  /** This expression where the receiver is above 0, else 0: `valid.gate(score)`. */
  gate(then: Operand): Expr
  /** 0 at or beyond `bad`, 1 at or beyond `good`, straight in between; 0 when both are equal. */
  between(bounds: { readonly bad: Operand; readonly good: Operand }): Expr
  /** Whole power, 1 to 8. */
  pow(power: number): Expr
  /** (1 - weight) x this + weight x other. */
  mix(weight: number, other: Operand): Expr
  clamp(low: number, high: number): Expr
  /** Place among this round's answers: 0 lowest, 1 highest, ties in the middle; .5 when alone. */
  rank(): Expr
  add(other: Operand): Expr
  sub(other: Operand): Expr
  mul(other: Operand): Expr
  min(other: Operand): Expr
  max(other: Operand): Expr
}

function bitsOf(value: number): string {
  const bits = toQ(value)
  if (bits === undefined) throw new NeuriteError('InvalidPolicy', `A constant of the score is \`${value}\`.`)
  return bits.toString()
}

export const literal = (value: number): Expr => expr({ op: 'literal', bits: bitsOf(value) })
export const metric = (name: string): Expr => expr({ op: 'metric', name })

function expr(node: Node): Expr {
  const nodeOf = (operand: Operand): Node => {
    if (typeof operand === 'number') return literal(operand).node
    return 'base' in operand ? { op: 'base', miner: operand.base, of: node } : operand.node
  }
  const pair = (op: 'add' | 'sub' | 'mul' | 'min' | 'max') => (other: Operand) =>
    expr({ op, left: node, right: nodeOf(other) })
  return {
    node,
    gate: (then) => expr({ op: 'gate', when: node, value: nodeOf(then) }),
    between: ({ bad, good }) => expr({ op: 'between', of: node, bad: nodeOf(bad), good: nodeOf(good) }),
    pow(power) {
      if (!Number.isInteger(power) || power < 1 || power > 8) {
        throw new NeuriteError('InvalidPolicy', `Power of the score is \`${power}\`.`, {
          details: ['Expected a whole number from 1 to 8.'],
        })
      }
      return expr({ op: 'pow', of: node, power })
    },
    mix: (weight, other) => expr({ op: 'mix', of: node, weight: bitsOf(weight), with: nodeOf(other) }),
    clamp: (low, high) => expr({ op: 'clamp', of: node, low: bitsOf(low), high: bitsOf(high) }),
    rank: () => expr({ op: 'rank', of: node }),
    add: pair('add'),
    sub: pair('sub'),
    mul: pair('mul'),
    min: pair('min'),
    max: pair('max'),
  }
}

/** Facts about one answer in Q32.32. */
export type Facts = Readonly<Record<string, Q>>

/**
 * Value of the formula for each answer of a round. `rows` are the facts of the answers that arrived; `bases` those of
 * the reference miners on the same question.
 */
export function evaluate(node: Node, rows: readonly Facts[], bases: Readonly<Record<string, Facts>>): Q[] {
  const each = (of: Node, fn: (value: Q, row: number) => Q) => evaluate(of, rows, bases).map(fn)
  const clampQ = (value: Q, low: Q, high: Q) => (value < low ? low : value > high ? high : value)
  switch (node.op) {
    case 'literal':
      return rows.map(() => BigInt(node.bits))
    case 'metric':
      return rows.map((row) => row[node.name] ?? 0n)
    case 'base': {
      const facts = bases[node.miner]
      const value = facts === undefined ? 0n : evaluate(node.of, [facts], bases)[0]!
      return rows.map(() => value)
    }
    case 'gate': {
      const then = evaluate(node.value, rows, bases)
      return each(node.when, (value, i) => (value > 0n ? then[i]! : 0n))
    }
    case 'between': {
      const bad = evaluate(node.bad, rows, bases)
      const good = evaluate(node.good, rows, bases)
      return each(node.of, (value, i) => {
        const span = good[i]! - bad[i]!
        return span === 0n ? 0n : clampQ(I32F32.div(I32F32.sub(value, bad[i]!), span), 0n, Q_ONE)
      })
    }
    case 'pow':
      return each(node.of, (value) => {
        let result = value
        for (let i = 1; i < node.power; i++) result = I32F32.mul(result, value)
        return result
      })
    case 'mix': {
      const other = evaluate(node.with, rows, bases)
      const weight = BigInt(node.weight)
      return each(node.of, (value, i) => I32F32.add(I32F32.mul(value, Q_ONE - weight), I32F32.mul(other[i]!, weight)))
    }
    case 'clamp':
      return each(node.of, (value) => clampQ(value, BigInt(node.low), BigInt(node.high)))
    case 'rank': {
      const values = evaluate(node.of, rows, bases)
      if (values.length < 2) return values.map(() => Q_ONE / 2n)
      return values.map((value) => {
        let halves = -1n // itself is a tie
        for (const other of values) halves += other < value ? 2n : other === value ? 1n : 0n
        return (halves * Q_ONE) / (2n * BigInt(values.length - 1))
      })
    }
    default: {
      const right = evaluate(node.right, rows, bases)
      const apply = {
        add: I32F32.add,
        sub: I32F32.sub,
        mul: I32F32.mul,
        min: (a: Q, b: Q) => (a < b ? a : b),
        max: (a: Q, b: Q) => (a > b ? a : b),
      }[node.op]
      return each(node.left, (value, i) => apply(value, right[i]!))
    }
  }
}

export type Range = readonly [low: number, high: number]

/** Smallest and largest value the formula can take, from the declared ranges of its metrics. */
export function rangeOf(node: Node, metrics: Readonly<Record<string, MetricSpec>>): Range {
  const of = (child: Node) => rangeOf(child, metrics)
  const hull = (values: readonly number[]): Range => [Math.min(...values), Math.max(...values)]
  const product = (a: number, b: number) => (a === 0 || b === 0 ? 0 : a * b)
  switch (node.op) {
    case 'literal': {
      const value = fromQ(BigInt(node.bits))
      return [value, value]
    }
    case 'metric':
      return metrics[node.name]?.range ?? [-Infinity, Infinity]
    case 'base':
      return of(node.of)
    case 'gate':
      return hull([0, ...of(node.value)])
    case 'between':
    case 'rank':
      return [0, 1]
    case 'pow': {
      const [low, high] = of(node.of)
      const powers = [low ** node.power, high ** node.power]
      return hull(low < 0 && high > 0 ? [0, ...powers] : powers)
    }
    case 'mix': {
      const weight = fromQ(BigInt(node.weight))
      const [a, b] = [of(node.of), of(node.with)]
      return [product(a[0], 1 - weight) + product(b[0], weight), product(a[1], 1 - weight) + product(b[1], weight)]
    }
    case 'clamp': {
      const [low, high] = [fromQ(BigInt(node.low)), fromQ(BigInt(node.high))]
      const [a, b] = of(node.of)
      return [Math.min(Math.max(a, low), high), Math.min(Math.max(b, low), high)]
    }
    default: {
      const [a, b] = [of(node.left), of(node.right)]
      if (node.op === 'add') return [a[0] + b[0], a[1] + b[1]]
      if (node.op === 'sub') return [a[0] - b[1], a[1] - b[0]]
      if (node.op === 'min') return [Math.min(a[0], b[0]), Math.min(a[1], b[1])]
      if (node.op === 'max') return [Math.max(a[0], b[0]), Math.max(a[1], b[1])]
      return hull(a.flatMap((x) => b.map((y) => product(x, y))))
    }
  }
}

/** Names of the metrics and reference miners a formula reads. */
export function namesIn(node: Node): { readonly metrics: ReadonlySet<string>; readonly miners: ReadonlySet<string> } {
  const metrics = new Set<string>()
  const miners = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const child = value as Node
    if (child.op === 'metric') metrics.add(child.name)
    if (child.op === 'base') miners.add(child.miner)
    for (const part of Object.values(value)) visit(part)
  }
  visit(node)
  return { metrics, miners }
}

const decimal = (bits: string) => String(Number(fromQ(BigInt(bits)).toFixed(9)))

/** The formula as people write it: `between(loss, bad = base.bad, good = 0)^2`. */
export function printExpr(node: Node): string {
  switch (node.op) {
    case 'literal':
      return decimal(node.bits)
    case 'metric':
      return node.name
    case 'base':
      return `base.${node.miner}`
    case 'gate':
      return `${printExpr(node.when)} ? ${printExpr(node.value)} : 0`
    case 'between':
      return `between(${printExpr(node.of)}, bad = ${printExpr(node.bad)}, good = ${printExpr(node.good)})`
    case 'pow':
      return `${printExpr(node.of)}^${node.power}`
    case 'mix':
      return `mix(${printExpr(node.of)}, ${decimal(node.weight)} of ${printExpr(node.with)})`
    case 'clamp':
      return `clamp(${printExpr(node.of)}, ${decimal(node.low)}, ${decimal(node.high)})`
    case 'rank':
      return `rank(${printExpr(node.of)})`
    case 'min':
    case 'max':
      return `${node.op}(${printExpr(node.left)}, ${printExpr(node.right)})`
    default:
      return `(${printExpr(node.left)} ${{ add: '+', sub: '-', mul: 'x' }[node.op]} ${printExpr(node.right)})`
  }
}

/** JSON with sorted keys and no spaces: equal policies have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as Record<string, Json | undefined>)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`
  }
  return JSON.stringify(value)
}
