/** The chain client. */
export { type BlockHeader, Chain, connectChain, type EventRecord } from './chain.ts'
export {
  Connection,
  type ConnectionOptions,
  RpcError,
  type Subscription,
  type WebSocketConstructor,
  type WebSocketLike,
} from './connection.ts'
export { CUSTOM_REFUSALS } from './refusals.ts'
export { loadRuntime, RuntimeInfo } from './runtimeInfo.ts'
export {
  CallFailed,
  type ChainEvent,
  describeDispatchError,
  type Included,
  type SubmitOptions,
  signCall,
  submitCall,
} from './submit.ts'
export type { Api, ChainApis, ChainPallets, Constants, Query, ReadOptions, RuntimeCall, Tx } from './types.ts'
