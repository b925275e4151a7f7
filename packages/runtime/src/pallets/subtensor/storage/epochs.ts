/** When epochs run, and what they wait to pay out. */
import { alphaBalance, netuid, u8, u64, u96f32 } from '@neurite/primitives/scale'
import { identity, map, value } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'

export const epochStorage = P.storage({
  /** Block of the latest epoch; the clock counts from here. @unit block */
  LastEpochBlock: map({ netuid: identity(netuid) }, u64),
  /** Block for which an epoch is due outside its turn; 0 when there is none. @unit block */
  PendingEpochAt: map({ netuid: identity(netuid) }, u64),
  /** Number of epochs so far. */
  SubnetEpochIndex: map({ netuid: identity(netuid) }, u64),
  /** Most epochs in one block; the others wait for the next. */
  MaxEpochsPerBlock: value(u8).default(constants.InitialMaxEpochsPerBlock),
  /** Blocks since the latest epoch. @unit blocks */
  BlocksSinceLastStep: map({ netuid: identity(netuid) }, u64),
  /** Block of the latest epoch, as views show it. The spelling is the reference's. @unit block */
  LastMechansimStepBlock: map({ netuid: identity(netuid) }, u64),
  /** Alpha that miners share at the next epoch. @unit alpha-rao */
  PendingServerEmission: map({ netuid: identity(netuid) }, alphaBalance),
  /** Alpha that validators share at the next epoch. @unit alpha-rao */
  PendingValidatorEmission: map({ netuid: identity(netuid) }, alphaBalance),
  /** Alpha that root stakers share at the next epoch. @unit alpha-rao */
  PendingRootAlphaDivs: map({ netuid: identity(netuid) }, alphaBalance),
  /** Alpha that the owner gets at the next epoch. @unit alpha-rao */
  PendingOwnerCut: map({ netuid: identity(netuid) }, alphaBalance),
  /** Share of the miners' alpha that the owner's hotkeys earned and lost at the latest epoch. @unit U96F32 bits */
  MinerBurned: map({ netuid: identity(netuid) }, u96f32),
})
