export * from './fixed.ts'
export * from './integers.ts'
export * from './ratios.ts'
