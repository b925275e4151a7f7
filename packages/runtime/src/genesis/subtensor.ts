/**
 * The subnets that exist before the first block: root (0) and one with a pool (1).
 * subtensor 14bc6f9 pallets/subtensor/src/macros/genesis.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { utf8ToBytes } from '@neurite/primitives/bytes'
import { safeFloatFromInt } from '../economics/index.ts'
import type { Ctx } from '../frame/index.ts'
import { totalIssuance } from '../pallets/balances/index.ts'
import { ZERO_ACCOUNT } from '../pallets/subtensor/accounts.ts'
import { initBurnIncrease } from '../pallets/subtensor/registration/burnIncrease.ts'
import { storage } from '../pallets/subtensor/storage/index.ts'

export interface SubtensorGenesis {
  /** Coldkey and hotkey that own the root subnet; the zero account for none. */
  readonly rootOwner: AccountId
  readonly rootOwnerHotkey: AccountId
  /** Blocks after its making before a subnet can be started; the default of the runtime when absent. */
  readonly startCallDelay?: bigint | undefined
}

const ROOT = 0
/** The subnet with a pool. */
export const FIRST_NETUID = 1
/** Rao in its pool; as much alpha is on the other side. */
export const FIRST_POOL_TAO = 10_000_000_000n
const FIRST_POOL_ALPHA = 10_000_000_000n
/** Alpha that its only neuron, the zero account, holds. */
const FIRST_STAKE = 1_000_000_000n

/** Runs after the balances are written: total issuance is their sum. */
export function writeSubtensorGenesis(ctx: Ctx, config: SubtensorGenesis): void {
  storage.TotalIssuance.set(ctx, totalIssuance(ctx))
  if (config.startCallDelay !== undefined) storage.StartCallDelay.set(ctx, config.startCallDelay)
  // As in the reference's builds for local networks (pow-faucet): one account may register subnets back to back.
  storage.NetworkRateLimit.set(ctx, 0n)
  storage.TotalNetworks.set(ctx, 2)
  writeRoot(ctx, config)
  writeFirstSubnet(ctx)
}

function writeRoot(ctx: Ctx, { rootOwner, rootOwnerHotkey }: SubtensorGenesis): void {
  writeSubnet(ctx, ROOT, { maxUids: 64, owner: rootOwner, symbol: 'Τ' })
  storage.SubnetOwnerHotkey.set(ctx, { netuid: ROOT }, rootOwnerHotkey)
  storage.SubnetworkN.set(ctx, { netuid: ROOT }, 0)
  storage.TargetRegistrationsPerInterval.set(ctx, { netuid: ROOT }, 1)
}

function writeFirstSubnet(ctx: Ctx): void {
  const netuid = FIRST_NETUID
  const hotkey = ZERO_ACCOUNT
  writeSubnet(ctx, netuid, { maxUids: 256, owner: hotkey, symbol: 'α' })
  storage.SubnetMechanism.set(ctx, { netuid }, 1)
  storage.SubnetTAO.set(ctx, { netuid }, FIRST_POOL_TAO)
  storage.TotalStake.set(ctx, FIRST_POOL_TAO)
  storage.SubnetAlphaIn.set(ctx, { netuid }, FIRST_POOL_ALPHA)
  storage.SubnetAlphaOut.set(ctx, { netuid }, FIRST_STAKE)
  storage.SubnetLocked.set(ctx, { netuid }, 1n)
  storage.LargestLocked.set(ctx, { netuid }, 1n)

  storage.Owner.set(ctx, { hotkey }, hotkey)
  storage.StakingHotkeys.set(ctx, { coldkey: hotkey }, [hotkey])
  storage.AlphaV2.set(ctx, { hotkey, coldkey: hotkey, netuid }, safeFloatFromInt(FIRST_STAKE))
  storage.TotalHotkeyAlpha.set(ctx, { hotkey, netuid }, FIRST_STAKE)
  storage.TotalHotkeySharesV2.set(ctx, { hotkey, netuid }, safeFloatFromInt(FIRST_STAKE))
  writeNeuron(ctx, netuid, hotkey)
}

interface SubnetGenesis {
  readonly maxUids: number
  readonly owner: AccountId
  readonly symbol: string
}

function writeSubnet(ctx: Ctx, netuid: number, { maxUids, owner, symbol }: SubnetGenesis): void {
  storage.NetworksAdded.set(ctx, { netuid }, true)
  storage.SubnetOwner.set(ctx, { netuid }, owner)
  storage.MaxAllowedUids.set(ctx, { netuid }, maxUids)
  storage.MaxAllowedValidators.set(ctx, { netuid }, 64)
  storage.MinAllowedWeights.set(ctx, { netuid }, 0)
  storage.Tempo.set(ctx, { netuid }, 100)
  storage.NetworkRegistrationAllowed.set(ctx, { netuid }, true)
  storage.TokenSymbol.set(ctx, { netuid }, utf8ToBytes(symbol))
  initBurnIncrease(ctx, netuid)
}

/** Puts `hotkey` in place 0 of a subnet without neurons. */
function writeNeuron(ctx: Ctx, netuid: number, hotkey: AccountId): void {
  storage.SubnetworkN.set(ctx, { netuid }, 1)
  storage.Active.set(ctx, { netuid }, [true])
  storage.Emission.set(ctx, { netuid }, [0n])
  storage.Consensus.set(ctx, { netuid }, [0])
  storage.Incentive.set(ctx, { index: netuid }, [0])
  storage.Dividends.set(ctx, { netuid }, [0])
  storage.LastUpdate.set(ctx, { index: netuid }, [0n])
  storage.ValidatorTrust.set(ctx, { netuid }, [0])
  storage.ValidatorPermit.set(ctx, { netuid }, [false])
  storage.Keys.set(ctx, { netuid, uid: 0 }, hotkey)
  storage.Uids.set(ctx, { netuid, hotkey }, 0)
  storage.BlockAtRegistration.set(ctx, { netuid, uid: 0 }, 0n)
  storage.IsNetworkMember.set(ctx, { hotkey, netuid }, true)
}
