/**
 * The trie of a state, in memory: its branches, which are made from the flat state once and changed with each block.
 *
 * A block's changes give a draft. Several of them may stand beside each other on one trie; one is installed, and the
 * others are dropped with it.
 */
import type { ByteString } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { EMPTY_ROOT, TrieBuilder } from './build.ts'
import { leafEncoding, type StateVersion } from './codec.ts'
import { type Address, NodePool } from './pool.ts'
import { createProof } from './proof.ts'
import { type FlatState, type KeyChanges, Update } from './update.ts'

/** A trie with changes that are not installed yet. */
export interface TrieDraft {
  /** Root after the changes, 32 bytes. */
  readonly root: Uint8Array
  /** The branch at the root; undefined when there are less than two entries. */
  readonly address: Address | undefined
  readonly made: readonly Address[]
  readonly replaced: readonly Address[]
  /** Branches hashed, for tests of the cost. */
  readonly hashed: number
}

export class StateTrie {
  readonly version: StateVersion
  readonly #pool = new NodePool()
  readonly #drafts = new Set<TrieDraft>()
  #address: Address | undefined
  #root: Uint8Array = EMPTY_ROOT.slice()

  /** @param entries those of the state, in ascending order of their keys. */
  constructor(version: StateVersion = 1, entries: Iterable<readonly [ByteString, Uint8Array]> = []) {
    this.version = version
    const builder = new TrieBuilder(this.#pool, 0, version)
    let first: readonly [ByteString, Uint8Array] | undefined
    for (const entry of entries) {
      first ??= entry
      builder.add(entry[0], entry[1])
    }
    this.#address = builder.finish()
    if (this.#address !== undefined) this.#root = blake2_256(this.#pool.encoding(this.#address))
    else if (first !== undefined) this.#root = blake2_256(leafEncoding(first[0], 0, first[1], version))
  }

  /** Root, 32 bytes. */
  get root(): Uint8Array {
    return this.#root
  }

  /** Bytes of all branches, drafts included. */
  get heldBytes(): number {
    return this.#pool.held
  }

  /** The trie after `changes`. @param state the state before them: the one whose trie this is. */
  draft(state: FlatState, changes: KeyChanges): TrieDraft {
    const update = new Update(this.#pool, state, changes, this.version)
    const { made, replaced } = update
    const changed = changes.keys.length > 0
    const { address, root } = changed ? update.applyTo(this.#address) : { address: this.#address, root: this.#root }
    const draft: TrieDraft = { root, address, made, replaced, hashed: update.hashed }
    this.#drafts.add(draft)
    return draft
  }

  /** Makes the draft the trie. @throws NeuriteError `StaleTrieDraft` when another one has been installed since. */
  install(draft: TrieDraft): void {
    if (!this.#drafts.delete(draft)) {
      throw new NeuriteError('StaleTrieDraft', 'The draft belongs to a trie that is gone.', {
        details: ['Expected one made since the last change of the trie was installed.', 'Make the draft again.'],
      })
    }
    for (const other of [...this.#drafts]) this.discard(other)
    this.#address = draft.address
    this.#root = draft.root
    for (const address of draft.replaced) this.#pool.release(address)
  }

  /** Forgets the draft; nothing happens when that has been done. */
  discard(draft: TrieDraft): void {
    if (!this.#drafts.delete(draft)) return
    for (const address of draft.made) this.#pool.release(address)
  }

  /**
   * Encoded nodes (each once, ascending) that show the value or the absence of every one of `keys` under the root.
   * @param state the state of the trie; with `draft` the one after its changes.
   */
  prove(state: FlatState, keys: Iterable<ByteString>, draft?: TrieDraft): Uint8Array[] {
    return createProof(this.#pool, draft === undefined ? this.#address : draft.address, state, keys, this.version)
  }
}
