/** Axon: the server side of calls between neurons. */
export * from '../synapse/index.ts'
export {
  type Axon,
  type AxonLimits,
  type AxonOptions,
  type AxonRequest,
  type AxonRoute,
  type CallContext,
  type Chunks,
  createAxon,
} from './axon.ts'
export { AxonRefusal } from './refusal.ts'
export { createReplayStore, openReplayFile, type ReplayFile, type ReplayOptions, type ReplayStore } from './replay.ts'
