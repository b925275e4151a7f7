/** Price and pace at which neurons join. */
import { bytes, netuid, taoBalance, u16, u64, u64f64 } from '@neurite/primitives/scale'
import { identity, map } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'

/** 1.26. @unit U64F64 bits */
const BURN_INCREASE = 0x1_428f_5c28_f5c2_9000n

export const registrationStorage = P.storage({
  /** Price of a registration now. @unit rao */
  Burn: map({ netuid: identity(netuid) }, taoBalance).default(constants.InitialBurn),
  /** Lowest price. @unit rao */
  MinBurn: map({ netuid: identity(netuid) }, taoBalance).default(constants.InitialMinBurn),
  /** Highest price. @unit rao */
  MaxBurn: map({ netuid: identity(netuid) }, taoBalance).default(constants.InitialMaxBurn),
  /** Blocks after which the price has fallen by half. @unit blocks */
  BurnHalfLife: map({ netuid: identity(netuid) }, u16).default(360),
  /** Factor on the price after each registration. @unit U64F64 bits */
  BurnIncreaseMult: map({ netuid: identity(netuid) }, u64f64).default(BURN_INCREASE),
  /** TAO paid for registrations so far. @unit rao */
  RAORecycledForRegistration: map({ netuid: identity(netuid) }, taoBalance).default(
    constants.InitialRAORecycledForRegistration,
  ),
  /** Difficulty of proof of work. */
  Difficulty: map({ netuid: identity(netuid) }, u64).default(constants.InitialDifficulty),
  /** Lowest difficulty. */
  MinDifficulty: map({ netuid: identity(netuid) }, u64).default(constants.InitialMinDifficulty),
  /** Highest difficulty. */
  MaxDifficulty: map({ netuid: identity(netuid) }, u64).default(constants.InitialMaxDifficulty),
  /** Block in which a proof of work was used; it cannot be used again. @unit block */
  UsedWork: map({ work: identity(bytes) }, u64),
  /** Registrations in this block. */
  RegistrationsThisBlock: map({ netuid: identity(netuid) }, u16),
  /** Most registrations in one block. */
  MaxRegistrationsPerBlock: map({ netuid: identity(netuid) }, u16).default(constants.InitialMaxRegistrationsPerBlock),
  /** Registrations in this interval. */
  RegistrationsThisInterval: map({ netuid: identity(netuid) }, u16),
  /** Of these, by proof of work. */
  POWRegistrationsThisInterval: map({ netuid: identity(netuid) }, u16),
  /** Of these, paid. */
  BurnRegistrationsThisInterval: map({ netuid: identity(netuid) }, u16),
  /** Registrations per interval that the price aims at. */
  TargetRegistrationsPerInterval: map({ netuid: identity(netuid) }, u16).default(
    constants.InitialTargetRegistrationsPerInterval,
  ),
  /** Blocks in an interval. @unit blocks */
  AdjustmentInterval: map({ netuid: identity(netuid) }, u16).default(constants.InitialAdjustmentInterval),
  /** Share of the old value when the difficulty is adjusted. @unit fraction of 2^64-1 */
  AdjustmentAlpha: map({ netuid: identity(netuid) }, u64).default(constants.InitialAdjustmentAlpha),
  /** Block of the latest adjustment. @unit block */
  LastAdjustmentBlock: map({ netuid: identity(netuid) }, u64),
  /** Block in which the neuron took its place. @unit block */
  BlockAtRegistration: map({ netuid: identity(netuid), uid: identity(u16) }, u64).unremembered(),
})
