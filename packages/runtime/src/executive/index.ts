/** Executing blocks: the runtime composed of its pallets. */
export { type ApplyResult, BlockBuilder, type FinishedBlock } from './block.ts'
export { Context, type EventRecord, type Phase } from './context.ts'
export { decodeExtrinsic, type Extrinsic, encodeBare } from './extrinsic.ts'
export { type BlockId, Runtime, type RuntimeOptions, type StateAt } from './runtime.ts'
