/**
 * Turns a definition into the question of somebody who half remembers it: words are left out, replaced by others of
 * about the same meaning, or mistyped. Word matching alone then finds too little.
 */
import type { Rng } from '@neurite/sdk/mechanism'

export interface DisguiseOptions {
  /** Probability that a word with a thesaurus entry is replaced. */
  readonly synonyms: number
  /** Probability that a word of four letters or more gets one typing mistake. */
  readonly typos: number
  /** Probability that a word is left out. */
  readonly drop: number
}

/** How questions of the subnet are disguised. */
export const DISGUISE: DisguiseOptions = { synonyms: 0.7, typos: 0.15, drop: 0.25 }

/** Words kept even if the dice would drop them all. */
const LEAST_WORDS = 3

/** Words a person leaves out of a search. */
const FUNCTION_WORDS = new Set(
  'a an and any are as at be been being but by can for from had has have in into is it its may not of on one or so some such than that the their them there these they this to used usually was were when where which who whom whose with without you your'.split(
    ' ',
  ),
)

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
}

/** `word` with two letters swapped, one lost, one doubled or one wrong. */
function mistype(rng: Rng, word: string): string {
  const at = 1 + rng.below(word.length - 2)
  const before = word.slice(0, at)
  switch (rng.below(4)) {
    case 0:
      return `${before}${word[at + 1]}${word[at]}${word.slice(at + 2)}`
    case 1:
      return `${before}${word.slice(at + 1)}`
    case 2:
      return `${before}${word[at]}${word.slice(at)}`
    default:
      return `${before}${String.fromCharCode(97 + rng.below(26))}${word.slice(at + 1)}`
  }
}

export function disguise(
  rng: Rng,
  text: string,
  thesaurus: ReadonlyMap<string, readonly string[]>,
  { synonyms, typos, drop }: DisguiseOptions,
): string {
  const words = wordsOf(text).filter((word) => !FUNCTION_WORDS.has(word))
  let kept = words.filter(() => !rng.chance(drop))
  if (kept.length < LEAST_WORDS) kept = words.slice(0, LEAST_WORDS)
  return kept
    .map((word) => {
      const others = thesaurus.get(word)
      const chosen = others !== undefined && rng.chance(synonyms) ? rng.pick(others) : word
      return chosen.length >= 4 && rng.chance(typos) ? mistype(rng, chosen) : chosen
    })
    .join(' ')
}
