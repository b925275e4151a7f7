/** The networks a node alone can make, and the keys of their authorities. */
import { type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'

import { NETWORK_FACTS, type NetworkName } from '@neurite/runtime'
import type { NetworkInfo } from './context.ts'

export type { NetworkName }

export const NETWORK: NetworkInfo = {
  chainName: NETWORK_FACTS.name,
  chainType: NETWORK_FACTS.chainType,
  properties: NETWORK_FACTS.properties,
}

/** Names of the development accounts that take turns as authors. */
export const AUTHORITIES: Readonly<Record<NetworkName, readonly string[]>> = {
  local: ['One', 'Two', 'Three'],
  dev: ['One'],
}

export function authorityKeys(network: NetworkName): Keypair[] {
  return AUTHORITIES[network].map((name) => keypairFromSuri(`//${name}`))
}
