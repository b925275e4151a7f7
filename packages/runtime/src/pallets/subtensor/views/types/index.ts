/** What the runtime APIs of the pallet return. */
export * from './delegateInfo.ts'
export * from './dynamicInfo.ts'
export * from './hyperparameters.ts'
export * from './metagraph.ts'
export * from './neuronInfo.ts'
export * from './stakeInfo.ts'
export * from './subnetInfo.ts'
export * from './subnetState.ts'
