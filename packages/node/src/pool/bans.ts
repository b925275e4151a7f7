/** Hashes the pool does not want to see again for a while. */
import type { Hash } from '@neurite/primitives/bytes'

/** Half an hour, as upstream. */
export const BAN_MS = 30 * 60 * 1000
const MAX_BANS = 8192

export interface Bans {
  add(hash: Hash): void
  has(hash: Hash): boolean
  delete(hash: Hash): void
  clear(): void
}

export function createBans(now: () => number): Bans {
  /** In the order of their ends, because every ban lasts equally long. */
  const until = new Map<Hash, number>()
  return {
    add(hash) {
      until.delete(hash)
      until.set(hash, now() + BAN_MS)
      if (until.size <= MAX_BANS) return
      const [oldest] = until.keys()
      until.delete(oldest!)
    },
    has(hash) {
      const end = until.get(hash)
      if (end === undefined) return false
      if (end > now()) return true
      until.delete(hash)
      return false
    },
    delete: (hash) => void until.delete(hash),
    clear: () => until.clear(),
  }
}
