/** How remembered scores become weights on the chain. */
import { NeuriteError } from '@neurite/primitives/errors'
import { I32F32 } from '@neurite/primitives/fixed'
import { U16_ONE } from '@neurite/primitives/units'
import { type Q, Q_ONE, toQ } from './expr.ts'

export type Pay =
  /** The best gets 1, the next `ratio`, then `ratio`^2 ...; scores up to `above` are not paid. */
  | { readonly kind: 'geometric'; readonly ratio: number; readonly above: number }
  /** In proportion to the score. */
  | { readonly kind: 'proportional' }

function geometric(ratio: number, { above = 0 }: { readonly above?: number } = {}): Pay {
  if (!(ratio > 0 && ratio < 1) || !(above >= 0 && above < 1)) {
    throw new NeuriteError('InvalidPolicy', `Geometric pay has ratio \`${ratio}\` and pays above \`${above}\`.`, {
      details: ['Expected a ratio above 0 and below 1, and a bound from 0 to below 1.'],
    })
  }
  return { kind: 'geometric', ratio, above }
}

export const pay = { geometric, proportional: (): Pay => ({ kind: 'proportional' }) }

/**
 * Share of each miner in Q32.32; together at most 1.
 *
 * `groups` are lists of miners (positions in `scores`) whose answers are the same: a group is paid like its best
 * member alone, and its members divide that by their scores, so more identities of one backend earn no more than one.
 */
export function sharesOf(rule: Pay, scores: readonly Q[], groups: readonly (readonly number[])[] = []): Q[] {
  const groupOf = new Map<number, readonly number[]>()
  for (const group of groups) for (const member of group) groupOf.set(member, group)
  const least = rule.kind === 'geometric' ? toQ(rule.above)! : 0n
  const units: { readonly members: readonly number[]; readonly score: Q }[] = []
  const placed = new Set<number>()
  scores.forEach((_, i) => {
    if (placed.has(i)) return
    const group = groupOf.get(i) ?? [i]
    for (const member of group) placed.add(member)
    // A member that stopped answering does not share in the pay of the others.
    const members = group.filter((member) => scores[member]! > least)
    const best = members.reduce((top, member) => (scores[member]! > top ? scores[member]! : top), 0n)
    if (members.length > 0) units.push({ members, score: best })
  })

  const raw = rule.kind === 'proportional' ? units.map(({ score }) => score) : geometricShares(rule.ratio, units)
  const total = raw.reduce((sum, share) => sum + share, 0n)
  const shares = scores.map(() => 0n)
  if (total === 0n) return shares
  units.forEach(({ members }, i) => {
    const whole = (raw[i]! * Q_ONE) / total
    const together = members.reduce((sum, member) => sum + scores[member]!, 0n)
    for (const member of members) shares[member] = (whole * scores[member]!) / together
  })
  return shares
}

/** Equal scores get the mean of the places they fill. */
function geometricShares(ratio: number, units: readonly { readonly score: Q }[]): Q[] {
  const order = units
    .map((_, i) => i)
    .sort((a, b) => (units[a]!.score > units[b]!.score ? -1 : units[a]!.score < units[b]!.score ? 1 : a - b))
  const step = toQ(ratio)!
  const out: Q[] = units.map(() => 0n)
  let share = Q_ONE
  for (let from = 0; from < order.length; ) {
    let to = from
    let sum = 0n
    while (to < order.length && units[order[to]!]!.score === units[order[from]!]!.score) {
      sum += share
      share = I32F32.mul(share, step)
      to++
    }
    for (let i = from; i < to; i++) out[order[i]!] = sum / BigInt(to - from)
    from = to
  }
  return out
}

/** Weights for the chain: u16, the largest share becomes 65535; all 0 when nobody earned anything. */
export function toWeights(shares: readonly Q[]): number[] {
  const largest = shares.reduce((top, share) => (share > top ? share : top), 0n)
  return shares.map((share) => (largest === 0n ? 0 : Number((share * BigInt(U16_ONE)) / largest)))
}
