export * from './alpha.ts'
export * from './flows.ts'
export * from './tao.ts'
