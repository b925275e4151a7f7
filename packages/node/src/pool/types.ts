/** What the pool holds and what it needs from its surroundings. */
import type { ByteString, Hash } from '@neurite/primitives/bytes'
import type { TransactionSource, ValidTransaction } from '@neurite/runtime/frame'

/** Stages of a watched transaction, as `author_extrinsicUpdate` shows them. */
export type TransactionStatus =
  | 'future'
  | 'ready'
  | 'dropped'
  | 'invalid'
  | { readonly broadcast: readonly string[] }
  | { readonly inBlock: Hash }
  | { readonly retracted: Hash }
  | { readonly finalized: Hash }
  | { readonly finalityTimeout: Hash }
  | { readonly usurped: Hash }

export type Watcher = (status: TransactionStatus) => void

export interface PoolTransaction {
  /** blake2b-256 of `bytes`. */
  readonly hash: Hash
  /** The extrinsic with its length prefix. */
  readonly bytes: Uint8Array
  readonly source: TransactionSource
  readonly priority: bigint
  /** Tags that only another transaction of the pool can provide: those the state has satisfied are taken out. */
  readonly requires: ReadonlySet<ByteString>
  readonly provides: readonly ByteString[]
  /** First block at which it is no longer valid. */
  readonly validTill: number
  readonly propagate: boolean
  /** Counts up with each import: the age in the pool. */
  readonly order: number
}

export interface PoolLimits {
  readonly readyCount: number
  readonly readyBytes: number
  readonly futureCount: number
  readonly futureBytes: number
  /** Submissions whose signatures are being checked. */
  readonly verifying: number
}

/** `--pool-limit` transactions and `--pool-kbytes` KiB; a tenth of both for those that wait for an earlier nonce. */
export function poolLimits(count = 8192, kbytes = 20480): PoolLimits {
  return {
    readyCount: count,
    readyBytes: kbytes * 1024,
    futureCount: Math.floor(count / 10),
    futureBytes: Math.floor((kbytes * 1024) / 10),
    verifying: count,
  }
}

export interface PoolDependencies {
  /** blake2b-256 as hex. */
  readonly hash: (bytes: Uint8Array) => Hash
  /** Number of the best block, whose state `validate` looks at. */
  readonly bestNumber: () => number
  /**
   * Whether the best block's successor could contain `bytes`; the signature has been checked by `verify`.
   * Throws `TransactionValidityError`, or another error when the bytes are no extrinsic.
   */
  readonly validate: (bytes: Uint8Array, source: TransactionSource) => ValidTransaction
  /** Whether the signature holds, asked before `validate`; may work in other threads. Not given: `validate` checks it. */
  readonly verify?: (bytes: Uint8Array) => boolean | Promise<boolean>
  /** Milliseconds, for the time a ban lasts. */
  readonly now?: () => number
  /** Told of errors of `validate` that are no verdict, met while transactions are validated again. */
  readonly report?: (error: unknown) => void
  /** Whether this node makes blocks; others refuse what they may not pass on. */
  readonly isAuthor?: boolean
}

/** One transaction of an imported block. */
export interface IncludedTransaction {
  readonly hash: Hash
  /** Its tags, known also for transactions that were never in this pool. */
  readonly provides: readonly ByteString[]
}
