/** Turns a new chain into the network: ordinary extrinsics only. On a chain that has them already it does nothing. */
import type { AccountId } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { type Chain, describeDispatchError, type RuntimeCall } from '@neurite/sdk/client'
import type { Plan } from './plan.ts'
import { writeStaked } from './staked.ts'

export const SUBNET = 'embed'

export type OnStep = (text: string) => void

/** Prepares the chain and returns the subnet's netuid. */
export async function prepareChain(chain: Chain, plan: Plan, onStep: OnStep): Promise<number> {
  const netuid = (await findSubnet(chain, plan.ownerHotkey.publicKey)) ?? (await registerSubnet(chain, plan, onStep))
  await registerNeurons(chain, plan, netuid, onStep)
  await stakeValidators(chain, plan, netuid, onStep)
  return netuid
}

async function findSubnet(chain: Chain, hotkey: AccountId): Promise<number | undefined> {
  const owners = await chain.query.SubtensorModule.SubnetOwnerHotkey.entries()
  const found = owners.find(([, owner]) => owner === hotkey)
  return found?.[0][0] as number | undefined
}

async function registerSubnet(chain: Chain, plan: Plan, onStep: OnStep): Promise<number> {
  const { tx } = chain
  onStep(`registering the subnet ${SUBNET}`)
  await sudo(chain, plan.owner, [
    tx.AdminUtils.sudo_set_admin_freeze_window({ window: 0 }),
    tx.AdminUtils.sudo_set_network_rate_limit({ rate_limit: 0n }),
  ])
  const { events } = await chain.submit(
    tx.SubtensorModule.register_network({ hotkey: plan.ownerHotkey.publicKey }),
    plan.owner,
  )
  const added = events.find((event) => event.pallet === 'SubtensorModule' && event.name === 'NetworkAdded')
  if (!added) throw new NeuriteError('NoSubnet', 'The chain took the registration but reported no new subnet.')
  const netuid = added.data[0] as number
  onStep(`configuring subnet ${netuid}`)
  await chain.submit(tx.SubtensorModule.start_call({ netuid }), plan.owner)
  await sudo(chain, plan.owner, [
    tx.AdminUtils.sudo_set_tempo({ netuid, tempo: plan.tempo }),
    // Weights are plain and may be set in every epoch: the network is for watching.
    tx.AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: false }),
    tx.AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }),
    tx.AdminUtils.sudo_set_serving_rate_limit({ netuid, serving_rate_limit: 0n }),
    tx.AdminUtils.sudo_set_subnet_emission_enabled({ netuid, enabled: true }),
  ])
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  await chain.submit(
    tx.SubtensorModule.set_subnet_identity({
      netuid,
      subnet_name: text(SUBNET),
      github_repo: text(''),
      subnet_contact: text(''),
      subnet_url: text(''),
      discord: text(''),
      description: text('Disguised-query retrieval: find the passage that a garbled question is about.'),
      logo_url: text(''),
      additional: text(''),
    }),
    plan.owner,
  )
  return netuid
}

/** Registers who is missing: one extrinsic for all validators, one for all miners. */
async function registerNeurons(chain: Chain, plan: Plan, netuid: number, onStep: OnStep): Promise<void> {
  const groups = [
    { who: 'validators', coldkey: plan.validatorColdkey, people: plan.validators },
    { who: 'miners', coldkey: plan.minerColdkey, people: plan.miners },
  ]
  for (const { who, coldkey, people } of groups) {
    const calls: RuntimeCall[] = []
    for (const { key } of people) {
      const uid = await chain.query.SubtensorModule.Uids.get([netuid, key.publicKey])
      if (uid === undefined) calls.push(chain.tx.SubtensorModule.burned_register({ netuid, hotkey: key.publicKey }))
    }
    if (calls.length === 0) continue
    onStep(`registering ${calls.length} ${who}`)
    await chain.submit(chain.tx.Utility.batch_all({ calls }), coldkey)
  }
}

async function stakeValidators(chain: Chain, plan: Plan, netuid: number, onStep: OnStep): Promise<void> {
  const calls: RuntimeCall[] = []
  for (const { key, stake } of plan.validators) {
    const hotkey = key.publicKey
    const held = await chain.query.SubtensorModule.TotalHotkeyAlpha.get([hotkey, netuid])
    if (held === 0n) calls.push(chain.tx.SubtensorModule.add_stake({ hotkey, netuid, amount_staked: stake }))
  }
  if (calls.length === 0) return
  onStep('staking for the validators')
  const { blockHash } = await chain.submit(chain.tx.Utility.batch_all({ calls }), plan.validatorColdkey)
  const staked = new Map<AccountId, bigint>()
  for (const { key } of plan.validators) {
    const hotkey = key.publicKey
    staked.set(hotkey, await chain.query.SubtensorModule.TotalHotkeyAlpha.get([hotkey, netuid], { at: blockHash }))
  }
  writeStaked(plan.basePath, staked)
}

/** All calls as root, or none. */
async function sudo(chain: Chain, signer: Keypair, calls: readonly RuntimeCall[]): Promise<void> {
  const batch = chain.tx.Utility.batch_all({ calls })
  const { events } = await chain.submit(chain.tx.Sudo.sudo({ call: batch }), signer)
  const done = events.find((event) => event.pallet === 'Sudo' && event.name === 'Sudid')
  const outcome = done?.data.sudo_result
  if (!outcome?.ok) {
    const { name, docs } = describeDispatchError(chain, outcome?.error ?? { type: 'NoAnswer' })
    throw new NeuriteError('SudoFailed', `The network could not be configured: ${name}.`, {
      details: docs ? [docs] : [],
    })
  }
}
