import { devKeypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { decodeAddress } from '@neurite/primitives/ss58'
import { describe, expect, it } from 'vitest'
import { FAST_PROFILE, NORMAL_PROFILE } from '../frame/index.ts'
import aura, { storage as auraStorage } from '../pallets/aura/index.ts'
import balances, { freeBalance, totalIssuance } from '../pallets/balances/index.ts'
import grandpa, { storage as grandpaStorage } from '../pallets/grandpa/index.ts'
import { subnetAccount, ZERO_ACCOUNT } from '../pallets/subtensor/accounts.ts'
import { stakeOf } from '../pallets/subtensor/staking/shares.ts'
import { storage } from '../pallets/subtensor/storage/index.ts'
import sudo, { storage as sudoStorage } from '../pallets/sudo/index.ts'
import system, { storage as systemStorage } from '../pallets/system/index.ts'
import { TestChain, testAccount } from '../testing/harness.ts'
import {
  DEV_ACCOUNTS,
  DEV_VOTERS,
  ETHEREUM_DEV_ACCOUNTS,
  localGenesis,
  networkGenesis,
  writeSubtensorGenesis,
} from './index.ts'

const pallets = [system, balances, aura, grandpa, sudo]

function start(config: ReturnType<typeof localGenesis>) {
  const chain = new TestChain(pallets, { block: 0n })
  for (const pallet of chain.runtime.pallets) {
    pallet.genesis?.(chain.ctx, (config as unknown as Record<string, unknown>)[pallet.name])
  }
  writeSubtensorGenesis(chain.ctx, config.SubtensorModule)
  return chain.ctx
}

describe('development accounts', () => {
  it('are those of the development phrase', () => {
    for (const [name, account] of Object.entries(DEV_ACCOUNTS))
      expect(keypairFromSuri(`//${name}`).publicKey).toBe(account)
    expect(devKeypair('Alice').publicKey).toBe(DEV_ACCOUNTS.Alice)
    expect(decodeAddress('5Fghzk1AJt88PeFEzuRfXzbPchiBbsVGTTXcdx599VdZzkTA')).toBe(ETHEREUM_DEV_ACCOUNTS.Alith)
    expect(decodeAddress('5GeqNhKWj1KG78VHzbmo3ZjZgUTrCuWeamdgiA114XHGdaEr')).toBe(ETHEREUM_DEV_ACCOUNTS.Baltathar)
  })

  it('vote with the ed25519 keys of the same names', () => {
    for (const [name, key] of Object.entries(DEV_VOTERS)) {
      expect(keypairFromSuri(`//${name}`, 'ed25519').publicKey).toBe(key)
    }
  })
})

describe('the local network at block 0', () => {
  const ctx = start(localGenesis(FAST_PROFILE))

  it('funds the development accounts', () => {
    expect(freeBalance(ctx, DEV_ACCOUNTS.Alice)).toBe(1_000_000_000_000_000n)
    expect(freeBalance(ctx, DEV_ACCOUNTS.Three)).toBe(2_000_000_000_000n)
    expect(systemStorage.Account.get(ctx, { account: DEV_ACCOUNTS.Bob }).providers).toBe(1)
  })

  it('counts all balances as issued', () => {
    let sum = 0n
    for (const [, info] of systemStorage.Account.entries(ctx)) sum += info.data.free + info.data.reserved
    expect(totalIssuance(ctx)).toBe(sum)
    expect(storage.TotalIssuance.get(ctx)).toBe(sum)
    expect(sum).toBe(3_016_010_000_000_000n)
  })

  it('backs the pool of subnet 1', () => {
    expect(freeBalance(ctx, subnetAccount(1))).toBe(storage.SubnetTAO.get(ctx, { netuid: 1 }))
    expect(storage.TotalStake.get(ctx)).toBe(storage.SubnetTAO.get(ctx, { netuid: 1 }))
    expect(stakeOf(ctx, ZERO_ACCOUNT, ZERO_ACCOUNT, 1)).toBe(storage.SubnetAlphaOut.get(ctx, { netuid: 1 }))
  })

  it('has the root subnet and subnet 1', () => {
    expect([...storage.NetworksAdded.keys(ctx)]).toEqual([{ netuid: 0 }, { netuid: 1 }])
    expect(storage.TotalNetworks.get(ctx)).toBe(2)
    expect(storage.SubnetOwner.get(ctx, { netuid: 0 })).toBe(DEV_ACCOUNTS.Alice)
    expect(storage.SubnetOwnerHotkey.get(ctx, { netuid: 0 })).toBe(DEV_ACCOUNTS.Alice_hk)
    expect(storage.SubnetOwner.get(ctx, { netuid: 1 })).toBe(ZERO_ACCOUNT)
    expect(storage.MaxAllowedUids.get(ctx, { netuid: 0 })).toBe(64)
    expect(storage.Tempo.get(ctx, { netuid: 1 })).toBe(100)
    expect(storage.SubtokenEnabled.get(ctx, { netuid: 1 })).toBe(false)
    expect(storage.FirstEmissionBlockNumber.get(ctx, { netuid: 1 })).toBeUndefined()
    expect(storage.Keys.get(ctx, { netuid: 1, uid: 0 })).toBe(ZERO_ACCOUNT)
  })

  it('has three authorities and Alice as sudo key', () => {
    expect(auraStorage.Authorities.get(ctx)).toEqual([DEV_ACCOUNTS.One, DEV_ACCOUNTS.Two, DEV_ACCOUNTS.Three])
    expect(grandpaStorage.Authorities.get(ctx).map(([, weight]) => weight)).toEqual([1n, 1n, 1n])
    expect(sudoStorage.Key.get(ctx)).toBe(DEV_ACCOUNTS.Alice)
  })
})

describe('options', () => {
  it('give the default token wallet a million TAO, whether or not it is a known account', () => {
    const stranger = start(localGenesis(FAST_PROFILE, { defaultTokenWallet: testAccount(7) }))
    expect(freeBalance(stranger, testAccount(7))).toBe(1_000_000_000_000_000n)
    const known = start(localGenesis(FAST_PROFILE, { defaultTokenWallet: DEV_ACCOUNTS.Dave }))
    expect(freeBalance(known, DEV_ACCOUNTS.Dave)).toBe(1_000_000_000_000_000n)
  })

  it('make a dev network with one authority', () => {
    expect(networkGenesis('dev', FAST_PROFILE).Aura.authorities).toEqual([DEV_ACCOUNTS.One])
  })

  it('leave the root subnet without owner on networks with normal blocks', () => {
    expect(localGenesis(NORMAL_PROFILE).SubtensorModule.rootOwner).toBe(ZERO_ACCOUNT)
  })
})
