/** A trie in maps, for tests. */
import type { ByteString } from '../bytes/index.ts'
import {
  type BranchRecord,
  type StateVersion,
  type TriePath,
  type TrieSource,
  type TrieUpdate,
  updateTrie,
} from './index.ts'

export class MemoryTrie implements TrieSource {
  readonly state = new Map<ByteString, Uint8Array>()
  readonly branches = new Map<TriePath, BranchRecord>()
  readonly version: StateVersion
  reads = 0
  root: Uint8Array

  constructor(version: StateVersion = 1) {
    this.version = version
    this.root = updateTrie(this, [], version).root
  }

  value(key: ByteString): Uint8Array | undefined {
    return this.state.get(key)
  }

  keyFrom(start: ByteString): ByteString | undefined {
    let least: ByteString | undefined
    for (const key of this.state.keys()) if (key >= start && (least === undefined || key < least)) least = key
    return least
  }

  branch(path: TriePath): BranchRecord | undefined {
    this.reads++
    return this.branches.get(path)
  }

  apply(changes: Iterable<readonly [ByteString, Uint8Array | undefined]>): TrieUpdate {
    const update = updateTrie(this, changes, this.version)
    update.keys.forEach((key, index) => {
      const value = update.after[index]
      if (value === undefined) this.state.delete(key)
      else this.state.set(key, value)
    })
    for (const [path, record] of update.branches) {
      if (record === undefined) this.branches.delete(path)
      else this.branches.set(path, record)
    }
    this.root = update.root
    return update
  }
}
