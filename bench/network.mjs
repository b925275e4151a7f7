// A chain whose subnets are full: 256 neurons each, 64 validators with dense weights and bonds, an epoch behind them.
// Written through the pallets' storage, as genesis.
import { join } from 'node:path'
import { built, createRandom, root } from './lib.mjs'

export const NEURONS = 256
export const VALIDATORS = 64
/** Genesis gives subnets 0 and 1. */
const FIRST = 2

const hotkeyOf = (netuid, uid) => `0x${(netuid * 1000 + uid + 1).toString(16).padStart(8, '0')}${'5b'.repeat(28)}`
const coldkeyOf = (netuid, uid) => `0x${(netuid * 1000 + uid + 1).toString(16).padStart(8, '0')}${'c0'.repeat(28)}`

/** The runtime of the 250 ms network, and its genesis with `subnets` full ones; keys and bytes. */
export async function fullNetwork(subnets, { tempo = 360 } = {}) {
  const runtimeModule = await import(join(root, 'packages/runtime/dist/index.js'))
  const { createRuntime, COMPAT_425, devGenesis, Overlay } = runtimeModule
  const profile = { fastBlocks: true, compat: COMPAT_425 }
  const { readCodeHash } = await import(join(root, 'packages/node/dist/service/codeHash.js'))
  const runtime = createRuntime({ profile, host: { verify: () => true }, codeHash: readCodeHash() })
  const genesis = runtime.genesis(devGenesis(profile))
  const sorted = [...genesis.keys()].sort()
  const reader = {
    get: (key) => genesis.get(key),
    *keys(prefix, after) {
      for (const key of sorted) if (key.startsWith(prefix) && (after === undefined || key > after)) yield key
    },
  }
  const overlay = new Overlay(reader)
  const ctx = runtime.contextOn(overlay, 0n, `0x${'00'.repeat(32)}`)
  await writeSubnets(ctx, subnets, tempo)
  const state = new Map([...genesis, ...overlay.changes()])
  return { runtime, profile, state }
}

async function writeSubnets(ctx, subnets, tempo) {
  const { storage } = await built('runtime/pallets/subtensor')
  const { initSubnet } = await import(join(root, 'packages/runtime/dist/pallets/subtensor/registration/initSubnet.js'))
  const { safeFloatFromInt } = await built('runtime/economics')
  const { deposit } = await built('runtime/pallets/balances')
  const random = createRandom(11)
  const stakers = []
  let rootTao = 0n
  for (let netuid = FIRST; netuid < FIRST + subnets; netuid++) {
    const key = { netuid }
    initSubnet(ctx, netuid)
    storage.Tempo.set(ctx, key, tempo)
    // Their epochs spread over the tempo.
    storage.LastEpochBlock.set(ctx, key, 0n)
    storage.BlocksSinceLastStep.set(
      ctx,
      key,
      BigInt(((netuid - FIRST) * Math.max(1, Math.floor(tempo / subnets))) % tempo),
    )
    storage.PendingEpochAt.set(ctx, key, BigInt(1 + Math.floor(((netuid - FIRST) * tempo) / subnets)))
    storage.SubnetMechanism.set(ctx, key, 1)
    storage.SubnetOwner.set(ctx, key, coldkeyOf(netuid, 0))
    storage.SubnetOwnerHotkey.set(ctx, key, hotkeyOf(netuid, 0))
    storage.FirstEmissionBlockNumber.set(ctx, key, 1n)
    storage.SubtokenEnabled.set(ctx, key, true)
    storage.SubnetTAO.set(ctx, key, 5_000_000_000_000n + BigInt(netuid) * 1_000_000_000n)
    storage.SubnetAlphaIn.set(ctx, key, 100_000_000_000_000n)
    storage.SubnetMovingPrice.set(ctx, key, 1n << 28n)
    storage.CommitRevealWeightsEnabled.set(ctx, key, false)
    storage.SubnetworkN.set(ctx, key, NEURONS)
    const filled = (value) => Array.from({ length: NEURONS }, (_, uid) => value(uid))
    storage.Active.set(
      ctx,
      key,
      filled(() => true),
    )
    storage.Emission.set(
      ctx,
      key,
      filled((uid) => BigInt(uid) * 1_000_000n),
    )
    storage.Consensus.set(
      ctx,
      key,
      filled((uid) => uid * 50),
    )
    storage.Incentive.set(
      ctx,
      { index: netuid },
      filled((uid) => (uid < VALIDATORS ? 0 : uid * 20)),
    )
    storage.Dividends.set(
      ctx,
      key,
      filled((uid) => (uid < VALIDATORS ? 1000 : 0)),
    )
    storage.LastUpdate.set(
      ctx,
      { index: netuid },
      filled(() => 1n),
    )
    storage.ValidatorTrust.set(
      ctx,
      key,
      filled((uid) => (uid < VALIDATORS ? 60_000 : 0)),
    )
    storage.ValidatorPermit.set(
      ctx,
      key,
      filled((uid) => uid < VALIDATORS),
    )
    const opinion = Array.from({ length: NEURONS - VALIDATORS }, () => random() ** 3)
    let alphaOut = 0n
    for (let uid = 0; uid < NEURONS; uid++) {
      const hotkey = hotkeyOf(netuid, uid)
      const coldkey = coldkeyOf(netuid, uid)
      storage.Keys.set(ctx, { netuid, uid }, hotkey)
      storage.Uids.set(ctx, { netuid, hotkey }, uid)
      storage.BlockAtRegistration.set(ctx, { netuid, uid }, 0n)
      storage.IsNetworkMember.set(ctx, { hotkey, netuid }, true)
      storage.Owner.set(ctx, { hotkey }, coldkey)
      storage.OwnedHotkeys.set(ctx, { coldkey }, [hotkey])
      storage.StakingHotkeys.set(ctx, { coldkey }, [hotkey])
      const isValidator = uid < VALIDATORS
      const alpha = isValidator ? 1_000_000_000_000n + BigInt(Math.floor(random() * 1e12)) : 1_000_000_000n
      alphaOut += alpha
      storage.AlphaV2.set(ctx, { hotkey, coldkey, netuid }, safeFloatFromInt(alpha))
      storage.TotalHotkeyAlpha.set(ctx, { hotkey, netuid }, alpha)
      storage.TotalHotkeySharesV2.set(ctx, { hotkey, netuid }, safeFloatFromInt(alpha))
      storage.Axons.set(
        ctx,
        { netuid, hotkey },
        {
          block: 1n,
          version: 1,
          ip: 0x0a000001n,
          port: 8091,
          ip_type: 4,
          protocol: 4,
          placeholder1: 0,
          placeholder2: 0,
        },
      )
      stakers.push(coldkey)
      if (!isValidator) continue
      storage.Delegates.set(ctx, { hotkey }, 11_796)
      const row = opinion.map((value, i) => [VALIDATORS + i, 1 + Math.round(value * (0.7 + 0.6 * random()) * 50_000)])
      storage.Weights.set(ctx, { index: netuid, uid }, row)
      storage.Bonds.set(
        ctx,
        { index: netuid, uid },
        row.map(([to, weight]) => [to, weight >> 1]),
      )
      if (uid < 8) {
        const stake = 50_000_000_000n
        rootTao += stake
        storage.AlphaV2.set(ctx, { hotkey, coldkey, netuid: 0 }, safeFloatFromInt(stake))
        storage.TotalHotkeyAlpha.set(ctx, { hotkey, netuid: 0 }, stake)
        storage.TotalHotkeySharesV2.set(ctx, { hotkey, netuid: 0 }, safeFloatFromInt(stake))
      }
      deposit(ctx, coldkey, 10_000_000_000n)
    }
    storage.SubnetAlphaOut.set(ctx, key, alphaOut)
    deposit(ctx, await poolAccount(netuid), storage.SubnetTAO.get(ctx, key))
  }
  storage.SubnetTAO.set(ctx, { netuid: 0 }, rootTao)
  storage.NumStakingColdkeys.set(ctx, BigInt(stakers.length))
  stakers.forEach((coldkey, index) => {
    storage.StakingColdkeysByIndex.set(ctx, { index: BigInt(index) }, coldkey)
    storage.StakingColdkeys.set(ctx, { coldkey }, BigInt(index))
  })
}

async function poolAccount(netuid) {
  const { subnetAccount } = await import(join(root, 'packages/runtime/dist/pallets/subtensor/accounts.js'))
  return subnetAccount(netuid)
}

/** Writes the network as a node's chain folder, so that the node program goes on from it. */
export async function writeChainFolder(basePath, network) {
  const { openLmdbStore } = await built('node/store')
  const { writeGenesis } = await import(join(root, 'packages/node/dist/service/chain.js'))
  const store = openLmdbStore(join(basePath, 'chains', 'bittensor', 'db'), { statePruning: 256 })
  const { RUNTIME_FACT, readCodeHash } = await import(join(root, 'packages/node/dist/service/codeHash.js'))
  await writeGenesis(store, () => network.state, { [RUNTIME_FACT]: readCodeHash() })
  await store.close()
}
