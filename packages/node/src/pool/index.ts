/** The transaction pool. */
export * from './errors.ts'
export type { BestIterator } from './graph.ts'
export { createPool, nonceTag, type Pool, type SubmitOptions } from './pool.ts'
export * from './types.ts'
