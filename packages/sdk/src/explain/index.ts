/** "Why?": an epoch of a subnet explained, as data and in plain sentences. */
export type {
  BondTrace,
  MaskRule,
  NeuronExplanation,
  PruneLine,
  PrunePlace,
  Voice,
  WeightTrace,
} from '@neurite/runtime/pallets/subtensor/explain'
export { type EpochExplanation, type ExplainOptions, explainEpoch } from './read.ts'
export {
  alpha,
  bondNote,
  epochSentences,
  neuronSentences,
  percent,
  pruneQueue,
  ruleSentence,
  voiceReason,
} from './sentences.ts'
