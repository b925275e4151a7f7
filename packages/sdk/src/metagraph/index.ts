/** Metagraphs: who is on a subnet, with what stake, and what they earn. */
export { type AxonAddress, axonAddress, type Metagraph, type ReadMetagraphOptions, readMetagraph } from './read.ts'
export { type WatchMetagraphOptions, watchMetagraph } from './watch.ts'
