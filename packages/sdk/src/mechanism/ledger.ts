/**
 * All a validator knows about its miners, as one value that can be saved and read back: scores by hotkey, and which
 * hotkeys keep giving the same answers.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Subnet } from './define.ts'
import type { Q } from './expr.ts'
import { groupsOf } from './guards.ts'
import { paidScore, type Remembered, remember } from './memory.ts'
import { sharesOf, toWeights } from './pay.ts'
import type { Round, Target } from './round.ts'

export interface Ledger {
  readonly rounds: number
  readonly miners: ReadonlyMap<AccountId, Remembered & { readonly lastRound: number }>
  /** Share of common rounds in which two hotkeys answered alike (moving average), by `a|b`. */
  readonly alike: ReadonlyMap<string, number>
}

export const emptyLedger: Ledger = { rounds: 0, miners: new Map(), alike: new Map() }

/** Rounds after which a hotkey that was not met again is forgotten. */
const FORGET_AFTER = 10_000
/** Weight of the newest round in the likeness of a pair. */
const ALIKE_STEP = 0.25
/** A pair shares its pay above this likeness. */
const ALIKE_ABOVE = 0.5

const pairKey = (a: AccountId, b: AccountId) => (a < b ? `${a}|${b}` : `${b}|${a}`)

/** The ledger after a round. */
export function record(subnet: Pick<Subnet, 'memory'>, before: Ledger, round: Round): Ledger {
  const rounds = before.rounds + 1
  const miners = new Map(before.miners)
  const answered = new Set<AccountId>()
  for (const { target, status, score } of round.outcomes) {
    miners.set(target.hotkey, {
      ...remember(subnet.memory, before.miners.get(target.hotkey), score),
      lastRound: rounds,
    })
    if (status === 'answered') answered.add(target.hotkey)
  }
  for (const [hotkey, { lastRound }] of miners) if (rounds - lastRound > FORGET_AFTER) miners.delete(hotkey)

  const alike = new Map(before.alike)
  const now = new Set(round.alike.map(([a, b]) => pairKey(a, b)))
  for (const key of now) if (!alike.has(key)) alike.set(key, 0.5)
  for (const [key, value] of alike) {
    const [a, b] = key.split('|') as [AccountId, AccountId]
    if (!miners.has(a) || !miners.has(b)) alike.delete(key)
    else if (now.has(key)) alike.set(key, value + (1 - value) * ALIKE_STEP)
    else if (answered.has(a) && answered.has(b)) {
      const left = value * (1 - ALIKE_STEP)
      if (left < 0.01) alike.delete(key)
      else alike.set(key, left)
    }
  }
  return { rounds, miners, alike }
}

export interface Standing extends Target {
  readonly score: Q
  /** Part of the whole pay in Q32.32. */
  readonly share: Q
  /** u16 fraction for `set_weights`. */
  readonly weight: number
  readonly rounds: number
}

/** What each of `targets` deserves now. Unknown hotkeys have 0. */
export function standings(
  subnet: Pick<Subnet, 'pay' | 'memory'>,
  ledger: Ledger,
  targets: readonly Target[],
): Standing[] {
  const scores = targets.map(({ hotkey }) => paidScore(subnet.memory, ledger.miners.get(hotkey)))
  const placeOf = new Map(targets.map(({ hotkey }, i) => [hotkey, i]))
  const pairs = [...ledger.alike].flatMap(([key, likeness]) => {
    const [a, b] = key.split('|').map((hotkey) => placeOf.get(hotkey as AccountId))
    return likeness > ALIKE_ABOVE && a !== undefined && b !== undefined ? [[a, b] as const] : []
  })
  const shares = sharesOf(subnet.pay, scores, groupsOf(pairs))
  const weights = toWeights(shares)
  return targets.map(({ uid, hotkey }, i) => ({
    uid,
    hotkey,
    score: ledger.miners.get(hotkey)?.score ?? 0n,
    share: shares[i]!,
    weight: weights[i]!,
    rounds: ledger.miners.get(hotkey)?.rounds ?? 0,
  }))
}

const LEDGER_FORMAT = 'neurite-ledger/1'

/** JSON text of a ledger. Fixed-point scores are decimal texts of their bits. */
export function ledgerToText(ledger: Ledger, policyHash: string): string {
  return JSON.stringify({
    format: LEDGER_FORMAT,
    policy: policyHash,
    rounds: ledger.rounds,
    miners: Object.fromEntries(
      [...ledger.miners].map(([hotkey, { score, rounds, lastRound }]) => [
        hotkey,
        [score.toString(), rounds, lastRound],
      ]),
    ),
    alike: Object.fromEntries(ledger.alike),
  })
}

/** Ledger from its text. Scores made under another policy are not comparable, so they are dropped. */
export function ledgerFromText(text: string, policyHash: string): Ledger {
  const saved = JSON.parse(text) as {
    readonly format: string
    readonly policy: string
    readonly rounds: number
    readonly miners: Record<AccountId, [string, number, number]>
    readonly alike: Record<string, number>
  }
  if (saved.format !== LEDGER_FORMAT) {
    throw new NeuriteError('InvalidLedger', `Validator memory has format \`${saved.format}\`.`, {
      details: [`Expected \`${LEDGER_FORMAT}\`.`, 'Move the file away to start with an empty memory.'],
    })
  }
  if (saved.policy !== policyHash) return emptyLedger
  return {
    rounds: saved.rounds,
    miners: new Map(
      Object.entries(saved.miners).map(([hotkey, [score, rounds, lastRound]]) => [
        hotkey as AccountId,
        { score: BigInt(score), rounds, lastRound },
      ]),
    ),
    alike: new Map(Object.entries(saved.alike)),
  }
}
