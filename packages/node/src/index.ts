/** The node: a Bittensor chain in one process. */
export * from './service/index.ts'
