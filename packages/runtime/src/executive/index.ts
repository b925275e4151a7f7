/** Executing blocks: the runtime composed of its pallets. */
export { type ApplyResult, BlockBuilder, type FinishedBlock } from './block.ts'
export { Context, type EventRecord, type Phase } from './context.ts'
export { type Era, eraBirth, eraCodec, eraDeath, IMMORTAL, mortalEra } from './era.ts'
export {
  decodeExtrinsic,
  type Extra,
  type Extrinsic,
  encodeBare,
  encodeExtra,
  encodeSigned,
  type Implied,
  signingPayload,
} from './extrinsic.ts'
export { type BlockId, Runtime, type RuntimeOptions, type StateAt } from './runtime.ts'
