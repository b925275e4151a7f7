/** The declared parts of the pallet that its functions read. */
import { bool, boundedBytes, named, u32, u64 } from '@neurite/primitives/scale'
import { QUICKNET } from '@neurite/primitives/timelock'
import { blake2_128Concat, constant, identity, map, pallet, value } from '../../frame/index.ts'
import { BeaconConfiguration, configurationOf, Pulse, roundNumber } from './types.ts'

export const P = pallet({ name: 'Drand', index: 26, crate: 'pallet_drand' })

export const constants = P.constants({
  /** Priority of pulses in the pool, to which lower rounds add more. */
  UnsignedPriority: constant(named('TransactionPriority', u64), 1n << 20n),
  /** @unit ms */
  HttpFetchTimeout: constant(u64, 1000n),
})

export const storage = P.storage({
  /** The beacon whose pulses count. */
  BeaconConfig: value(BeaconConfiguration).default(configurationOf(QUICKNET)),
  /** Upgrades of the state that were done; this runtime has none. */
  HasMigrationRun: map({ key: identity(boundedBytes(128, 'BoundedVec<u8, MigrationKeyMaxLen>')) }, bool),
  /** Pulses by round. */
  Pulses: map({ round: blake2_128Concat(roundNumber) }, Pulse).optional(),
  /** The newest round; 0 before the first. */
  LastStoredRound: value(roundNumber),
  /** The oldest round that is still kept. */
  OldestStoredRound: value(roundNumber),
  /** No pulse is taken before this block. */
  NextUnsignedAt: value(named('BlockNumberFor<T>', u32)),
})
