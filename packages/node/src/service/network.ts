/** The networks a node alone can make: names, authorities and genesis. */
// subtensor 14bc6f9 node/src/chain_spec/localnet.rs
import type { AccountId } from '@neurite/primitives/bytes'
import { type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'
import type { NetworkInfo } from './context.ts'

export type NetworkName = 'local' | 'dev'

/** Names of the development accounts that take turns as authors. */
export const AUTHORITIES: Readonly<Record<NetworkName, readonly string[]>> = {
  local: ['One', 'Two', 'Three'],
  dev: ['One'],
}

export const NETWORK: NetworkInfo = {
  chainName: 'Bittensor',
  chainType: 'Local',
  properties: { tokenSymbol: 'TAO', tokenDecimals: 9, ss58Format: 42 },
}

export function authorityKeys(network: NetworkName): Keypair[] {
  return AUTHORITIES[network].map((name) => keypairFromSuri(`//${name}`))
}

/** Accounts that vote on finality. */
export function voterAccounts(network: NetworkName): AccountId[] {
  return AUTHORITIES[network].map((name) => keypairFromSuri(`//${name}`, 'ed25519').publicKey)
}
