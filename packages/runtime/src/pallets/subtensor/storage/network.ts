/** Which subnets exist, who owns them, and what it costs to make one. */
import { utf8ToBytes } from '@neurite/primitives/bytes'
import { accountId, bool, bytes, netuid, taoBalance, u16, u64 } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map, value } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'
import { blockNumber, leaseId, SubnetIdentityV3 } from '../types.ts'

export const networkStorage = P.storage({
  /** Number of subnets, the root subnet included. */
  TotalNetworks: value(u16),
  /** Most subnets that may exist; beyond it a new one replaces the weakest. */
  SubnetLimit: value(u16).default(128),
  /** True while the subnet exists. */
  NetworksAdded: map({ netuid: identity(netuid) }, bool),
  /** How the subnet prices its alpha: 0 fixed at 1 TAO (root and stable subnets), 1 by its pool. */
  SubnetMechanism: map({ netuid: identity(netuid) }, u16),
  /** Coldkey that owns the subnet; the zero account when it has no owner. */
  SubnetOwner: map({ netuid: identity(netuid) }, accountId),
  /** Hotkey that receives the owner's share of emission; the zero account when unset. */
  SubnetOwnerHotkey: map({ netuid: identity(netuid) }, accountId),
  /** Symbol of the subnet's alpha, UTF-8; tau when unset. */
  TokenSymbol: map({ netuid: identity(netuid) }, bytes).default(utf8ToBytes('\u{1d70f}')),
  /** Block in which the subnet was made. @unit block */
  NetworkRegisteredAt: map({ netuid: identity(netuid) }, u64),
  /** How many subnets have used this index so far; tells apart subnets that followed each other. */
  RegisteredSubnetCounter: map({ netuid: identity(netuid) }, u64),
  /** Blocks during which a new subnet cannot be replaced. @unit blocks */
  NetworkImmunityPeriod: value(u64).default(constants.InitialNetworkImmunityPeriod),
  /** Least number of blocks between two new subnets. @unit blocks */
  NetworkRateLimit: value(u64).default(7200n),
  /** Block before which no subnet can be made. @unit block */
  NetworkRegistrationStartBlock: value(u64),
  /** Least price of a new subnet. @unit rao */
  NetworkMinLockCost: value(taoBalance).default(constants.InitialNetworkMinLockCost),
  /** Price paid for the latest subnet. @unit rao */
  NetworkLastLockCost: value(taoBalance).default(constants.InitialNetworkMinLockCost),
  /** Blocks in which the price of a new subnet falls from its peak to the minimum. @unit blocks */
  NetworkLockReductionInterval: value(u64).default(constants.InitialNetworkLockReductionInterval),
  /** TAO locked when the subnet was made. @unit rao */
  SubnetLocked: map({ netuid: identity(netuid) }, taoBalance),
  /** Largest lock the subnet ever had. @unit rao */
  LargestLocked: map({ netuid: identity(netuid) }, u64),
  /** What the owner publishes about the subnet. */
  SubnetIdentitiesV3: map({ netuid: blake2_128Concat(netuid) }, SubnetIdentityV3).optional(),
  /** Blocks after its making before the owner may start the subnet. @unit blocks */
  StartCallDelay: value(u64).default(constants.InitialStartCallDelay),
  /** Block from which the subnet earns emission; none until it is started. @unit block */
  FirstEmissionBlockNumber: map({ netuid: identity(netuid) }, u64).optional(),
  /** True once the subnet's alpha can be bought and sold. */
  SubtokenEnabled: map({ netuid: identity(netuid) }, bool),
  /** True while stake on the subnet can move to another coldkey. */
  TransferToggle: map({ netuid: identity(netuid) }, bool).default(true),
  /** True while neurons can register by paying. */
  NetworkRegistrationAllowed: map({ netuid: identity(netuid) }, bool).default(true),
  /** True while neurons can register by proof of work. */
  NetworkPowRegistrationAllowed: map({ netuid: identity(netuid) }, bool).default(true),
  /** Index that the next lease of a subnet takes. */
  NextSubnetLeaseId: value(leaseId),
  /** Delay between scheduling and doing a dissolution. @unit blocks */
  DissolveNetworkScheduleDuration: value(blockNumber).default(constants.InitialDissolveNetworkScheduleDuration),
})
