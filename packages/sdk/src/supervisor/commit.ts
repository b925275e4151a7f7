/** Hash commits of weights. subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs */
import { type AccountId, bytesToHex, type Hash } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { accountId, encode, tuple, u16, u64, type ValueOf, vec } from '@neurite/primitives/scale'
import type { Chain, RuntimeCall } from '../client/index.ts'
import { storageIndex, type WeightPlan } from './plan.ts'

const preimage = tuple(accountId, u16, vec(u16), vec(u16), vec(u16), u64)

/** What hides the weights: without it the few likely ones could be tried. */
export function freshSalt(): number[] {
  return [...crypto.getRandomValues(new Uint16Array(8))]
}

export function commitHash(account: AccountId, plan: WeightPlan, salt: readonly number[]): Hash {
  const index = storageIndex(plan.netuid, plan.mecid)
  const fields: ValueOf<typeof preimage> = [account, index, plan.uids, plan.values, salt, plan.versionKey]
  return bytesToHex(blake2_256(encode(preimage, fields)))
}

const call = (name: string, args: object): RuntimeCall => ({ pallet: 'SubtensorModule', name, args }) as RuntimeCall

export function setCall({ netuid, mecid, uids, values, versionKey }: WeightPlan): RuntimeCall {
  const rest = { dests: uids, weights: values, version_key: versionKey }
  return mecid === 0
    ? call('set_weights', { netuid, ...rest })
    : call('set_mechanism_weights', { netuid, mecid, ...rest })
}

export function commitCall({ netuid, mecid }: WeightPlan, hash: Hash): RuntimeCall {
  return mecid === 0
    ? call('commit_weights', { netuid, commit_hash: hash })
    : call('commit_mechanism_weights', { netuid, mecid, commit_hash: hash })
}

export function revealCall(
  { netuid, mecid, uids, values, versionKey }: WeightPlan,
  salt: readonly number[],
): RuntimeCall {
  const rest = { uids, values, salt, version_key: versionKey }
  return mecid === 0
    ? call('reveal_weights', { netuid, ...rest })
    : call('reveal_mechanism_weights', { netuid, mecid, ...rest })
}

/** Whether the connected chain has the call. */
export function hasCall(chain: Chain, call: RuntimeCall): boolean {
  try {
    chain.runtime.encodeCall(call)
    return true
  } catch (error) {
    if (isNeuriteError(error, 'NoSuchCall')) return false
    throw error
  }
}

/** Where a commit stands: to be revealed later, now, or too late. */
export type CommitStanding = 'early' | 'due' | 'expired' | 'gone'

/** Looks a commit up; judged for the next block. */
export async function commitStanding(
  chain: Chain,
  account: AccountId,
  { netuid, mecid }: WeightPlan,
  hash: Hash,
): Promise<CommitStanding> {
  const { number, hash: at } = await chain.header()
  const q = chain.query.SubtensorModule
  const [queue, now, period] = await Promise.all([
    q.WeightCommits.get([storageIndex(netuid, mecid), account], { at }),
    q.SubnetEpochIndex.get([netuid], { at }),
    q.RevealPeriodEpochs.get([netuid], { at }),
  ])
  const found = queue?.find(([committed]: readonly unknown[]) => committed === hash)
  if (found === undefined) return 'gone'
  const [, second, third, last] = found as unknown as readonly [Hash, bigint, bigint, bigint]
  // Older runtimes note the blocks of the reveal instead of the epoch of the commit.
  const [position, first, end] =
    last > 0n ? [BigInt(number) + 1n, third, last] : [now, second + period, second + period]
  if (position < first) return 'early'
  return position > end ? 'expired' : 'due'
}
