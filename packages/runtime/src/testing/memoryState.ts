/** A state in memory, for tests that build blocks on blocks. */
import type { ByteString } from '@neurite/primitives/bytes'
import type { StateChanges, StateReader } from '../frame/index.ts'

export class MemoryState implements StateReader {
  private readonly entries = new Map<ByteString, Uint8Array>()

  get(key: ByteString): Uint8Array | undefined {
    return this.entries.get(key)
  }

  keys(prefix: ByteString, after?: ByteString): Iterable<ByteString> {
    const found = [...this.entries.keys()].filter(
      (key) => key.startsWith(prefix) && (after === undefined || key > after),
    )
    return found.sort((a, b) => (a < b ? -1 : 1))
  }

  apply(changes: StateChanges): void {
    for (const [key, bytes] of changes) {
      if (bytes === undefined) this.entries.delete(key)
      else this.entries.set(key, bytes)
    }
  }
}
