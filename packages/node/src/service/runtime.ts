/** The runtime of a network, and its genesis. */

import { keypairFromSuri } from '@neurite/primitives/keyring'
import { decodeAddress } from '@neurite/primitives/ss58'
import { Runtime } from '@neurite/runtime/executive'
import {
  COMPAT_425,
  COMPAT_SDK10,
  type RuntimeHost,
  type RuntimeProfile,
  type StateChanges,
} from '@neurite/runtime/frame'
import aura from '@neurite/runtime/pallets/aura'
import balances from '@neurite/runtime/pallets/balances'
import grandpa from '@neurite/runtime/pallets/grandpa'
import sudo from '@neurite/runtime/pallets/sudo'
import system from '@neurite/runtime/pallets/system'
import timestamp from '@neurite/runtime/pallets/timestamp'
import transactionPayment from '@neurite/runtime/pallets/transaction-payment'
import utility from '@neurite/runtime/pallets/utility'
import { authorityKeys, type NetworkName, voterAccounts } from './network.ts'

export type CompatName = '425' | 'sdk10'

export function profileOf({
  slotMs,
  compat,
}: {
  readonly slotMs: number
  readonly compat: CompatName
}): RuntimeProfile {
  return { fastBlocks: slotMs === 250, compat: compat === 'sdk10' ? COMPAT_SDK10 : COMPAT_425 }
}

export function composeRuntime(
  network: { readonly slotMs: number; readonly compat: CompatName },
  host: RuntimeHost,
): Runtime {
  return new Runtime({
    pallets: [system, timestamp, aura, grandpa, balances, transactionPayment, sudo, utility],
    profile: profileOf(network),
    host,
  })
}

export function genesisOf(
  runtime: Runtime,
  { chain, tokenWallet }: { readonly chain: NetworkName; readonly tokenWallet?: string | undefined },
): StateChanges {
  const account = (name: string) => keypairFromSuri(`//${name}`).publicKey
  const rich = ['Alice', 'Bob', 'Charlie'].map((name) => [account(name), 1_000_000_000_000_000n] as const)
  const others = ['Dave', 'Eve', 'Ferdie', 'One', 'Two', 'Three'].map(
    (name) => [account(name), 2_000_000_000_000n] as const,
  )
  const wallet = tokenWallet === undefined ? [] : [[decodeAddress(tokenWallet), 1_000_000_000_000_000n] as const]
  return runtime.genesis({
    Balances: { balances: [...rich, ...others, ...wallet] },
    Aura: { authorities: authorityKeys(chain).map((key) => key.publicKey) },
    Grandpa: { authorities: voterAccounts(chain).map((voter) => [voter, 1n]) },
    Sudo: { key: account('Alice') },
  })
}
