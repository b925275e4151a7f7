/** A whole node in one call. */
export { type Chain, connectPool, createChain, type ImportedBlock, writeGenesis } from './chain.ts'
export { chainFolder, removeChain } from './chainFolder.ts'
export type { BlockMaker, NodeContext, PeerSource } from './context.ts'
export { collectYoung, tuneHeap } from './heap.ts'
export { createHost } from './host.ts'
export { NODE_NAME, NODE_VERSION, type Node, type NodeOptions, startNode } from './node.ts'
export { composeRuntime, genesisOf, profileOf } from './runtime.ts'
