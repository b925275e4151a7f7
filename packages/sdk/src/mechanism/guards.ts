/** Rules every round is checked against, whatever the subnet is about. */

export type Guard<Answer> =
  /** An answer after this many milliseconds is no answer. */
  | { readonly kind: 'deadline'; readonly ms: number }
  /** Miners whose answers are more alike than `above` count as one and share one pay. */
  | {
      readonly kind: 'duplicates'
      readonly by: (a: Answer, b: Answer) => number
      readonly above: number
      readonly name: string
    }

export const DEFAULT_DEADLINE_MS = 12_000

export function deadline<Answer>(ms: number): Guard<Answer> {
  return { kind: 'deadline', ms }
}

export function duplicates<Answer>(options: {
  /** Likeness of two answers, 1 for equal. */
  readonly by: (a: Answer, b: Answer) => number
  readonly above: number
}): Guard<Answer> {
  return { kind: 'duplicates', name: options.by.name, ...options }
}

export function deadlineOf<Answer>(guards: readonly Guard<Answer>[]): number {
  return guards.find((guard) => guard.kind === 'deadline')?.ms ?? DEFAULT_DEADLINE_MS
}

/** Pairs of positions whose answers are alike under any duplicates guard. */
export function alikePairs<Answer>(guards: readonly Guard<Answer>[], answers: readonly Answer[]): [number, number][] {
  const pairs: [number, number][] = []
  for (const guard of guards) {
    if (guard.kind !== 'duplicates') continue
    for (let i = 0; i < answers.length; i++) {
      for (let j = i + 1; j < answers.length; j++) {
        if (guard.by(answers[i]!, answers[j]!) > guard.above) pairs.push([i, j])
      }
    }
  }
  return pairs
}

/** Connected groups of two or more, from pairs of labels. */
export function groupsOf<T>(pairs: readonly (readonly [T, T])[]): T[][] {
  const leader = new Map<T, T>()
  const find = (item: T): T => {
    let at = item
    while (leader.has(at) && leader.get(at) !== at) at = leader.get(at)!
    return at
  }
  for (const [a, b] of pairs) {
    for (const item of [a, b]) if (!leader.has(item)) leader.set(item, item)
    leader.set(find(a), find(b))
  }
  const groups = new Map<T, T[]>()
  for (const item of leader.keys()) {
    const head = find(item)
    groups.set(head, [...(groups.get(head) ?? []), item])
  }
  return [...groups.values()]
}
