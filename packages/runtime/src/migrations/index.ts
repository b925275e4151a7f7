/**
 * Changes of state that a new runtime makes to the state of an older one, each from one runtime's hash to another's.
 * They run once, at the start of the first block under the new runtime.
 */
import type { Hash } from '@neurite/primitives/bytes'
import type { Ctx } from '../frame/ctx.ts'

export interface Migration {
  /** Hash of the runtime whose state it takes, and of the one whose state it leaves. */
  readonly from: Hash
  readonly to: Hash
  /** What it does, in one sentence: shown to the operator. */
  readonly what: string
  readonly run: (ctx: Ctx) => void
}

/** All migrations of released runtimes. There has been no release yet whose state could be migrated. */
export const MIGRATIONS: readonly Migration[] = []

/** The migrations that lead from one runtime to another, in order; undefined when the list has no such way. */
export function migrationPath(
  from: Hash,
  to: Hash,
  list: readonly Migration[] = MIGRATIONS,
): readonly Migration[] | undefined {
  const path: Migration[] = []
  const seen = new Set<Hash>()
  for (let at = from; at !== to; ) {
    const next = list.find((migration) => migration.from === at)
    if (!next || seen.has(at)) return undefined
    seen.add(at)
    path.push(next)
    at = next.to
  }
  return path
}
