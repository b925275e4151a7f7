/** A state in a map with its trie, for tests. */
import { type ByteString, bytesEqual } from '../bytes/index.ts'
import { type FlatState, type KeyChanges, StateTrie, type StateVersion, type TrieDraft } from './index.ts'

type Changes = Iterable<readonly [ByteString, Uint8Array | undefined]>

export class MemoryState implements FlatState {
  readonly entries = new Map<ByteString, Uint8Array>()
  readonly trie: StateTrie

  constructor(version: StateVersion = 1) {
    this.trie = new StateTrie(version)
  }

  get root(): Uint8Array {
    return this.trie.root
  }

  value(key: ByteString): Uint8Array | undefined {
    return this.entries.get(key)
  }

  keyFrom(start: ByteString): ByteString | undefined {
    let least: ByteString | undefined
    for (const key of this.entries.keys()) if (key >= start && (least === undefined || key < least)) least = key
    return least
  }

  /** What really changes, as the trie wants it. */
  changesOf(changes: Changes): KeyChanges & { readonly before: readonly (Uint8Array | undefined)[] } {
    const sorted = [...new Map(changes)].sort(([a], [b]) => (a < b ? -1 : 1))
    const real = sorted.filter(([key, value]) => {
      const before = this.entries.get(key)
      return before === undefined || value === undefined ? before !== value : !bytesEqual(before, value)
    })
    return {
      keys: real.map(([key]) => key),
      before: real.map(([key]) => this.entries.get(key)),
      wasThere: real.map(([key]) => this.entries.has(key)),
      after: real.map(([, value]) => value),
    }
  }

  draft(changes: Changes): TrieDraft {
    return this.trie.draft(this, this.changesOf(changes))
  }

  /** What was there before, and the draft that has become the trie. */
  apply(changes: Changes): { readonly undo: [ByteString, Uint8Array | undefined][]; readonly draft: TrieDraft } {
    const changed = this.changesOf(changes)
    const { keys, before, after } = changed
    const draft = this.trie.draft(this, changed)
    this.trie.install(draft)
    keys.forEach((key, index) => {
      const value = after[index]
      if (value === undefined) this.entries.delete(key)
      else this.entries.set(key, value)
    })
    return { undo: keys.map((key, index) => [key, before[index]]), draft }
  }

  prove(keys: Iterable<ByteString>): Uint8Array[] {
    return this.trie.prove(this, keys)
  }
}
