/**
 * Disguised-query retrieval: half-remembered questions, their dictionary entries, and entries of near senses that must
 * not be mistaken for them. All entries are held out of training.
 */
import { type Hidden, hidden, type Rng, type TaskContext } from '@neurite/sdk/mechanism'
import { documentOf, type GlossCard, type Meaning } from './card.ts'
import { DISGUISE, disguise } from './disguise.ts'
import { families } from './families.ts'
import { type EmbedAsk, LIMITS } from './protocol.ts'

/** Questions of a round, near senses for each, and numbers per vector. */
export const TASK = { questions: 24, traps: 2, dims: 128 } as const

export interface EmbedTruth {
  readonly rows: number
  readonly dims: number
  /** Position of a question in the texts, and of its entry. */
  readonly pairs: readonly { readonly question: number; readonly document: number }[]
  /** Positions of all entries. */
  readonly documents: readonly number[]
}

/** Questions, entries and traps in random order. Only meanings with enough near senses are asked about. */
export function drawTask(
  rng: Rng,
  meanings: readonly Meaning[],
  thesaurus: GlossCard['thesaurus'],
): { readonly ask: EmbedAsk; readonly truth: EmbedTruth } {
  const grouped = families(meanings)
  const askable = meanings.filter(({ family }) => grouped.get(family)!.length > TASK.traps)
  const picks = rng.sample(askable, TASK.questions)
  const entries = new Set(picks)
  for (const pick of picks) {
    const near = grouped.get(pick.family)!.filter((meaning) => meaning !== pick)
    for (const trap of rng.sample(near, TASK.traps)) entries.add(trap)
  }
  const items = rng.shuffle([
    ...picks.map((meaning) => ({ meaning, asked: true, text: disguise(rng, meaning.definition, thesaurus, DISGUISE) })),
    ...[...entries].map((meaning) => ({ meaning, asked: false, text: documentOf(meaning) })),
  ])
  const texts = items.map(({ text }) => text.slice(0, LIMITS.characters))
  const positionOf = new Map<Meaning, number>()
  items.forEach(({ meaning, asked }, i) => {
    if (!asked) positionOf.set(meaning, i)
  })
  return {
    ask: { texts, dims: TASK.dims },
    truth: {
      rows: texts.length,
      dims: TASK.dims,
      pairs: items.flatMap(({ meaning, asked }, question) =>
        asked ? [{ question, document: positionOf.get(meaning)! }] : [],
      ),
      documents: [...positionOf.values()].sort((a, b) => a - b),
    },
  }
}

export function task({ rng, data }: TaskContext<{ glosses: GlossCard }>): { ask: EmbedAsk; truth: Hidden<EmbedTruth> } {
  const { ask, truth } = drawTask(rng.own, data.glosses.heldOut, data.glosses.thesaurus)
  return { ask, truth: hidden(truth) }
}
