/** Dendrite: the client side of calls between neurons. */
export * from '../synapse/index.ts'
export {
  type Answer,
  type AxonTarget,
  type CallOptions,
  createDendrite,
  type Dendrite,
  type DendriteOptions,
} from './dendrite.ts'
