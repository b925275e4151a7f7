export * from './adversaries.ts'
export * from './define.ts'
export {
  base,
  canonicalJson,
  type Expr,
  evaluate,
  type Facts,
  fromQ,
  literal,
  type MetricSpec,
  metric,
  type Node,
  printExpr,
  type Q,
  Q_ONE,
  rangeOf,
  toQ,
} from './expr.ts'
export { deadline, duplicates, type Guard } from './guards.ts'
export * from './ledger.ts'
export { type Memory, over, paidScore, type Remembered, remember } from './memory.ts'
export { type Pay, pay, sharesOf, toWeights } from './pay.ts'
export { createRng, type Rng } from './rng.ts'
export * from './round.ts'
export { Hidden, hidden, type Json, type Schema, s, type ValueOf } from './schema.ts'
export * from './simulate.ts'
