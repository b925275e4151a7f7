/** Subnets as running programs: miners on axons, validators on a chain, and what a gateway needs to reach them. */
export { type Caller, createCaller, type SignedReply } from './caller.ts'
export {
  type ChainView,
  chainViewOf,
  type Endpoint,
  ipNumber,
  ipText,
  type Metagraph,
  type Neuron,
  openChainView,
} from './chainView.ts'
export { loadLedger, saveLedger } from './ledgerFile.ts'
export { type MinerServer, type MinerServerOptions, startMinerServer } from './miner.ts'
export { commonConfig, log, pause, persist, readConfig, runProgram, say, textOf } from './program.ts'
export { callerSynapse, minerSynapse, synapseName } from './synapse.ts'
export {
  createValidator,
  ledgerName,
  type RoundReport,
  type Validator,
  type ValidatorOptions,
  type WeightsReport,
} from './validator.ts'
