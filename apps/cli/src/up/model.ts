/** What the live table shows: what the chain says, joined with what the validators report. */
import type { AccountId } from '@neurite/primitives/bytes'
import { encodeAddress } from '@neurite/primitives/ss58'
import type { Chain } from '@neurite/sdk/client'
import type { Plan } from './plan.ts'
import type { Staked } from './staked.ts'

export interface Row {
  readonly uid: number
  readonly who: string
  readonly role: string
  /** Mean of the validators' latest scores, 0 to 1; undefined for those who are not asked. */
  readonly score: number | undefined
  /** Share of the miners' pay. @unit u16 fraction */
  readonly incentive: number
  /** Share of the validators' pay. @unit u16 fraction */
  readonly dividends: number
  /** Alpha that the hotkey holds beyond what was bought for it. @unit alpha-rao */
  readonly earned: bigint
}

export interface View {
  readonly block: number
  readonly nextEpoch: number
  readonly epochs: bigint
  readonly rows: readonly Row[]
}

/** Latest scores by validator and uid. */
export type Scores = Map<string, Map<number, number>>

export function noteRound(
  scores: Scores,
  validator: string,
  message: { scores?: readonly { uid: number; score: number }[] },
): void {
  scores.set(validator, new Map((message.scores ?? []).map(({ uid, score }) => [uid, score])))
}

function meanScore(scores: Scores, uid: number): number | undefined {
  const values = [...scores.values()].flatMap((byUid) => (byUid.has(uid) ? [byUid.get(uid)!] : []))
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Who a hotkey is in the plan; a guest when somebody else has registered it. */
export function partOf(plan: Plan, hotkey: AccountId): { readonly who: string; readonly role: string } {
  const known = [...plan.miners, ...plan.validators].find(({ key }) => key.publicKey === hotkey)
  if (known) return { who: known.name, role: 'quality' in known ? known.quality : 'validator' }
  if (hotkey === plan.ownerHotkey.publicKey) return { who: 'owner', role: 'owner' }
  return { who: `${encodeAddress(hotkey).slice(0, 10)}…`, role: 'guest' }
}

/** Reads everything at one block. */
export async function readView(
  chain: Chain,
  plan: Plan,
  netuid: number,
  scores: Scores,
  staked: Staked,
): Promise<View> {
  const { hash, number } = await chain.header()
  const at = { at: hash }
  const q = chain.query.SubtensorModule
  const [keys, incentive, dividends, last, epochs] = await Promise.all([
    q.Keys.entries([netuid], at),
    q.Incentive.get([netuid], at),
    q.Dividends.get([netuid], at),
    q.LastEpochBlock.get([netuid], at),
    q.SubnetEpochIndex.get([netuid], at),
  ])
  const alphas = await Promise.all(keys.map(([, hotkey]) => q.TotalHotkeyAlpha.get([hotkey, netuid], at)))
  const rows = keys.map(([[, uid], hotkey], i): Row => {
    const { who, role } = partOf(plan, hotkey)
    return {
      uid: uid as number,
      who,
      role,
      score: role === 'owner' || role === 'validator' ? undefined : meanScore(scores, uid as number),
      incentive: incentive[uid as number] ?? 0,
      dividends: dividends[uid as number] ?? 0,
      earned: alphas[i]! - (staked.get(hotkey) ?? 0n),
    }
  })
  return {
    block: number,
    nextEpoch: Math.max(0, Number(last) + plan.tempo - number),
    epochs,
    rows: rows.sort((a, b) => a.uid - b.uid),
  }
}
