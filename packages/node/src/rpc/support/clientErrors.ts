/** Errors of the state and chain methods; Python clients match on their beginnings. */
// polkadot-sdk substrate/client/rpc-api/src/state/error.rs, primitives/blockchain/src/error.rs
import type { Hash } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { RpcError } from '../errors.ts'

export const STATE_CODES = { invalidBlockRange: 4001, invalidCount: 4002, client: 4003 } as const

export const clientError = (text: string) => new RpcError(STATE_CODES.client, `Client error: ${text}`)

export const unknownBlock = (hash: Hash) => clientError(`UnknownBlock: Header was not found in the database: ${hash}`)

/** async-substrate-interface takes this one for "ask an archive node". */
export const stateDiscarded = (hash: Hash) =>
  clientError(`Api called for an unknown Block: State already discarded for ${hash}`)

/** Runs `read`, which looks at the state of block `at`; an error of the store becomes the client's. */
export function withState<T>(at: Hash, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (isNeuriteError(error, 'StateDiscarded')) throw stateDiscarded(at)
    if (isNeuriteError(error, 'UnknownBlock')) throw unknownBlock(at)
    throw error
  }
}
