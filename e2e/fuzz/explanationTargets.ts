/** Explanations of epochs, as a client reads them from a node that it does not have to trust. */
import { isNeuriteError } from '@neurite/primitives/errors'
import { explainEpoch } from '@neurite/runtime/pallets/subtensor/explain'
import { createSparseU16, type EpochInput, epoch } from '@neurite/runtime/yuma'
import { randomEpochInput } from '../../conformance/yuma/random-state.ts'
import { neuronSentences } from '../../packages/sdk/src/explain/index.ts'
import { readExplanation } from '../../packages/sdk/src/explain/shape.ts'
import { mutateText } from './mutate.ts'
import { pick, type Random } from './random.ts'
import type { Target } from './run.ts'

/** Some honest answers, as a node sends them. */
const ANSWERS: readonly string[] = [3, 5, 8, 13, 21, 34, 55].map((seed) => answerOf(seed))

function answerOf(seed: number): string {
  const input = small(randomEpochInput({ seed, entryBudget: 60 }))
  const { n } = input
  const hotkeys = Array.from({ length: n }, (_, uid) => `0x${uid.toString(16).padStart(64, '0')}` as const)
  const result = epoch(input)
  const standings = ['immortal', 'immune', 'exposed'] as const
  const places = hotkeys.map((_, uid) => ({
    uid,
    standing: standings[uid % 3]!,
    immuneUntil: uid % 3 === 1 ? 900 : undefined,
    registeredAt: uid,
    emission: result.emission[uid]!,
  }))
  const prune = { next: 0, size: n, maxUids: seed % 2 === 0 ? n : n + 1, minNonImmune: 1, places }
  const { incentive: _incentive, bonds: _bonds, ...total } = result
  const told = explainEpoch({ type: 'epoch', netuid: 1, hotkeys, inputs: [input], total, prune }, 0)
  const answer = { ...told, blockHash: `0x${'ab'.repeat(32)}` }
  return JSON.stringify(answer, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
}

/** The first uids of a state: answers stay short, and damage finds every part of them. */
function small(input: EpochInput): EpochInput {
  const n = Math.min(input.n, 5)
  const rows = ({ rowStart, columns, values }: EpochInput['weights']) =>
    createSparseU16(n, (uid) =>
      Array.from({ length: rowStart[uid + 1]! - rowStart[uid]! }, (_, k): [number, number] => {
        const at = rowStart[uid]! + k
        return [columns[at]!, values[at]!]
      }),
    )
  return {
    ...input,
    n,
    lastUpdate: input.lastUpdate.slice(0, n),
    registeredAt: input.registeredAt.slice(0, n),
    alphaStake: input.alphaStake.slice(0, n),
    taoStake: input.taoStake.slice(0, n),
    validatorPermits: input.validatorPermits.slice(0, n),
    earliestCommit: input.earliestCommit?.slice(0, n),
    ownerUid: n > 0 ? 0 : undefined,
    weights: rows(input.weights),
    bonds: rows(input.bonds),
  }
}

const VALUES: readonly unknown[] = [
  null,
  -1,
  0.5,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  '',
  '-1',
  'votes',
  '1'.repeat(60),
  [],
  {},
  true,
  'é',
]

/** Another value somewhere in the answer, or a member less. */
function damage(value: any, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random(6) === 0) return pick(random, VALUES)
  const keys = Object.keys(value)
  if (keys.length === 0) return pick(random, VALUES)
  const key = pick(random, keys)
  if (random(12) === 0) delete value[key]
  else value[key] = damage(value[key], random)
  return value
}

function answer(random: Random): unknown {
  const text = pick(random, ANSWERS)
  if (random(3) > 0) return damage(JSON.parse(text), random)
  try {
    return JSON.parse(mutateText(text, pick(random, ANSWERS), random))
  } catch {
    // What is no JSON never gets here: the client's connection refuses it.
    return damage(JSON.parse(text), random)
  }
}

const explanations: Target = {
  name: 'explanations of epochs',
  run(random, whole) {
    const given = whole ? JSON.parse(pick(random, ANSWERS)) : answer(random)
    try {
      const told = readExplanation(given)
      for (const { uid } of told.neurons) {
        for (const sentence of neuronSentences(told, uid)) {
          if (/undefined|NaN|Infinity|\[object/.test(sentence))
            throw new Error(`a sentence that says nothing: ${sentence}`)
        }
      }
      return 'taken'
    } catch (error) {
      if (isNeuriteError(error, 'MalformedExplanation')) return 'refused'
      throw error
    }
  },
}

export const explanationTargets: readonly Target[] = [explanations]
