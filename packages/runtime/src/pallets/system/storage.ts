/** Accounts, and what the chain keeps of the block being built. */
import { accountId, bool, bytes, h256, tuple, u32, vec } from '@neurite/primitives/scale'
import { blake2_128Concat, digestCodec, map, twox64Concat, value, WeightCodec } from '../../frame/index.ts'
import { P } from './pallet.ts'
import {
  AccountInfo,
  CodeUpgradeAuthorization,
  EMPTY_ACCOUNT,
  EventRecord,
  LastRuntimeUpgradeInfo,
  Phase,
  perDispatchClass,
} from './types.ts'

export const storage = P.storage({
  /** Nonce, reference counts and balance of `account`. */
  Account: map({ account: blake2_128Concat(accountId) }, AccountInfo).default(EMPTY_ACCOUNT),
  /** Extrinsics in the block before this one was built; none outside of a block. */
  ExtrinsicCount: value(u32).optional(),
  /** True once the block's inherents are in. */
  InherentsApplied: value(bool),
  /** Weight used so far, by class. */
  BlockWeight: value(perDispatchClass(WeightCodec)),
  /** Bytes of all extrinsics so far. */
  AllExtrinsicsLen: value(u32).optional(),
  /** Hashes of the last `BlockHashCount` blocks, and of the genesis block. */
  BlockHash: map({ number: twox64Concat(u32) }, h256),
  /** Extrinsics of the block, until their root is computed. */
  ExtrinsicData: map({ index: twox64Concat(u32) }, bytes),
  Number: value(u32),
  ParentHash: value(h256),
  /** Entries of the header that the block's author and the runtime add. */
  Digest: value(digestCodec),
  /** What happened in the block. Clients read it; the runtime does not. */
  Events: value(vec(EventRecord)),
  EventCount: value(u32),
  /** Where events with a given topic are: pairs of block and index. */
  EventTopics: map({ topic: blake2_128Concat(h256) }, vec(tuple(u32, u32))),
  /** Version that ran last. */
  LastRuntimeUpgrade: value(LastRuntimeUpgradeInfo).optional(),
  UpgradedToU32RefCount: value(bool),
  UpgradedToTripleRefCount: value(bool),
  /** Where in the block the runtime is; none outside of a block. */
  ExecutionPhase: value(Phase).optional(),
  /** Code that anybody may now install. */
  AuthorizedUpgrade: value(CodeUpgradeAuthorization).optional(),
  /** Weight given back after dispatch. */
  ExtrinsicWeightReclaimed: value(WeightCodec),
})
