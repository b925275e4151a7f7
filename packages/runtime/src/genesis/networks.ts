/**
 * The networks that anybody can start from nothing. `local` has three authorities, `dev` one; otherwise they are equal.
 * subtensor 14bc6f9 node/src/chain_spec/localnet.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { BeaconInfo } from '@neurite/primitives/timelock'
import type { RuntimeProfile } from '../frame/index.ts'
import type { AuraGenesis } from '../pallets/aura/index.ts'
import type { BalancesGenesis } from '../pallets/balances/index.ts'
import type { DrandGenesis } from '../pallets/drand/index.ts'
import type { EvmChainIdGenesis } from '../pallets/evm-chain-id/index.ts'
import type { GrandpaGenesis } from '../pallets/grandpa/index.ts'
import { subnetAccount, ZERO_ACCOUNT } from '../pallets/subtensor/accounts.ts'
import type { SudoGenesis } from '../pallets/sudo/index.ts'
import { DEV_ACCOUNTS, DEV_VOTERS, ETHEREUM_DEV_ACCOUNTS } from './devAccounts.ts'
import { FIRST_NETUID, FIRST_POOL_TAO, type SubtensorGenesis } from './subtensor.ts'

/** First state of a network: a section for each pallet that has one, by the pallet's name. */
export interface GenesisConfig {
  readonly Aura: AuraGenesis
  readonly Grandpa: GrandpaGenesis
  readonly Balances: BalancesGenesis
  readonly SubtensorModule: SubtensorGenesis
  readonly Sudo: SudoGenesis
  readonly EVMChainId: EvmChainIdGenesis
  readonly Drand: DrandGenesis
}

export type NetworkName = 'local' | 'dev'

/** How the networks present themselves to clients. */
export const NETWORK_FACTS = {
  name: 'Bittensor',
  id: 'bittensor',
  protocolId: 'bittensor',
  chainType: 'Local',
  properties: { tokenSymbol: 'TAO', tokenDecimals: 9, ss58Format: 42 },
} as const

/** Rao: a million TAO, and two thousand. */
const RICH = 1_000_000_000_000_000n
const FUNDED = 2_000_000_000_000n

const FUNDS: readonly (readonly [AccountId, bigint])[] = [
  [DEV_ACCOUNTS.Alice, RICH],
  [DEV_ACCOUNTS.Bob, RICH],
  [DEV_ACCOUNTS.Charlie, RICH],
  [DEV_ACCOUNTS.Dave, FUNDED],
  [DEV_ACCOUNTS.Eve, FUNDED],
  [DEV_ACCOUNTS.Ferdie, FUNDED],
  [DEV_ACCOUNTS.One, FUNDED],
  [DEV_ACCOUNTS.Two, FUNDED],
  [DEV_ACCOUNTS.Three, FUNDED],
  [ETHEREUM_DEV_ACCOUNTS.Alith, FUNDED],
  [ETHEREUM_DEV_ACCOUNTS.Baltathar, FUNDED],
]

type Authority = keyof typeof DEV_VOTERS
const AUTHORITIES: Record<NetworkName, readonly Authority[]> = {
  local: ['One', 'Two', 'Three'],
  dev: ['One'],
}

export interface GenesisOptions {
  /** An account that gets a million TAO: what `BT_DEFAULT_TOKEN_WALLET` names. */
  readonly defaultTokenWallet?: AccountId | undefined
  readonly startCallDelay?: bigint | undefined
  /** The beacon whose pulses open time-locked weights; quicknet if absent. */
  readonly beacon?: BeaconInfo | undefined
}

export function localGenesis(profile: RuntimeProfile, options: GenesisOptions = {}): GenesisConfig {
  return networkGenesis('local', profile, options)
}

export function devGenesis(profile: RuntimeProfile, options: GenesisOptions = {}): GenesisConfig {
  return networkGenesis('dev', profile, options)
}

export function networkGenesis(
  network: NetworkName,
  profile: RuntimeProfile,
  { defaultTokenWallet, startCallDelay, beacon }: GenesisOptions = {},
): GenesisConfig {
  const names = AUTHORITIES[network]
  return {
    Aura: { authorities: names.map((name) => DEV_ACCOUNTS[name]) },
    Grandpa: { authorities: names.map((name) => [DEV_VOTERS[name], 1n]) },
    Balances: { balances: [...fundsWith(defaultTokenWallet), [subnetAccount(FIRST_NETUID), FIRST_POOL_TAO]] },
    SubtensorModule: {
      rootOwner: profile.fastBlocks ? DEV_ACCOUNTS.Alice : ZERO_ACCOUNT,
      rootOwnerHotkey: profile.fastBlocks ? DEV_ACCOUNTS.Alice_hk : ZERO_ACCOUNT,
      startCallDelay,
    },
    Sudo: { key: DEV_ACCOUNTS.Alice },
    EVMChainId: { chainId: 42n },
    Drand: { beacon },
  }
}

function fundsWith(wallet: AccountId | undefined): readonly (readonly [AccountId, bigint])[] {
  if (wallet === undefined) return FUNDS
  return [...FUNDS.filter(([who]) => who !== wallet), [wallet, RICH]]
}
