/** The runtime of a network, and its genesis. */
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import { decodeAddress } from '@neurite/primitives/ss58'
import type { BeaconInfo } from '@neurite/primitives/timelock'
import {
  COMPAT_425,
  COMPAT_SDK10,
  createRuntime,
  networkGenesis,
  type Runtime,
  type RuntimeHost,
  type RuntimeProfile,
  type StateChanges,
} from '@neurite/runtime'
import { readCodeHash } from './codeHash.ts'
import type { NetworkName } from './network.ts'

export type CompatName = '425' | 'sdk10'

export interface ProfileOptions {
  /** Milliseconds of a slot: 250 is the reference's fast-runtime. */
  readonly slotMs: number
  readonly compat: CompatName
  /** How neurons join; at a price if absent. */
  readonly registration?: 'price' | 'work' | undefined
}

export function profileOf({ slotMs, compat, registration = 'price' }: ProfileOptions): RuntimeProfile {
  return { fastBlocks: slotMs === 250, compat: compat === 'sdk10' ? COMPAT_SDK10 : COMPAT_425, registration }
}

export const composeRuntime = (options: ProfileOptions, host: RuntimeHost): Runtime =>
  createRuntime({ profile: profileOf(options), host, codeHash: readCodeHash() })

export interface GenesisFacts {
  readonly chain: NetworkName
  readonly tokenWallet?: string | undefined
  /** The beacon of the chain; quicknet if absent. */
  readonly beacon?: BeaconInfo | undefined
}

/**
 * Keys and values of block 0.
 * @throws NeuriteError `InvalidTokenWallet` when `tokenWallet` is no address.
 */
export function genesisOf(runtime: Runtime, { chain, tokenWallet, beacon }: GenesisFacts): StateChanges {
  const wallet = tokenWallet === undefined || tokenWallet === '' ? undefined : walletAccount(tokenWallet)
  const config = networkGenesis(chain, runtime.profile, { defaultTokenWallet: wallet, beacon })
  return runtime.genesis(config as unknown as Record<string, unknown>)
}

function walletAccount(address: string) {
  try {
    return decodeAddress(address)
  } catch (error) {
    if (!isNeuriteError(error)) throw error
    throw new NeuriteError('InvalidTokenWallet', 'BT_DEFAULT_TOKEN_WALLET holds no address.', {
      details: [error.shortMessage, 'Expected an SS58 address such as `5GrwvaEF…`, or the variable unset.'],
    })
  }
}
