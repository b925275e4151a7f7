import type { Meaning } from './card.ts'

const familiesOf = new WeakMap<readonly Meaning[], ReadonlyMap<number, readonly Meaning[]>>()

/** Meanings by family, made once per list. */
export function families(meanings: readonly Meaning[]): ReadonlyMap<number, readonly Meaning[]> {
  let found = familiesOf.get(meanings)
  if (found === undefined) {
    const grouped = new Map<number, Meaning[]>()
    for (const meaning of meanings) {
      const family = grouped.get(meaning.family)
      if (family === undefined) grouped.set(meaning.family, [meaning])
      else family.push(meaning)
    }
    familiesOf.set(meanings, grouped)
    found = grouped
  }
  return found
}
