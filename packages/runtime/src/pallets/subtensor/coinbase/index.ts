/** The block step: emission, prices, epochs and their payouts. */
export * from './blockStep.ts'
export * from './emitting.ts'
export * from './schedule.ts'
