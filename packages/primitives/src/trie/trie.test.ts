import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ByteString, bytesToHex, hexToBytes } from '../bytes/index.ts'
import { EMPTY_ROOT, orderedTrieRoot, StateTrie, type StateVersion, trieRoot, verifyProof } from './index.ts'
import { MemoryState } from './memory-state.fixture.ts'

const key = fc
  .oneof(
    // Few different bytes, so that keys are prefixes of each other and branches have values.
    fc.array(fc.constantFrom(0, 1, 16, 17, 255), { maxLength: 6 }),
    fc.array(fc.nat(255), { maxLength: 40 }),
    fc.array(fc.nat(255), { minLength: 120, maxLength: 160 }),
  )
  .map((bytes) => String.fromCharCode(...bytes))
const value = fc.oneof(
  fc.constantFrom(0, 1, 31, 32, 33, 64).map((length) => new Uint8Array(length).fill(7)),
  fc.uint8Array({ maxLength: 80 }),
)
const version = fc.constantFrom<StateVersion>(0, 1)
const state = fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k, maxLength: 60 })
const blocks = fc.array(fc.array(fc.tuple(key, fc.option(value, { nil: undefined })), { maxLength: 30 }), {
  maxLength: 5,
})

describe('trieRoot', () => {
  test('default: the root of nothing is the known constant', () => {
    expect(bytesToHex(trieRoot([]))).toBe('0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314')
    expect(trieRoot([])).toEqual(EMPTY_ROOT)
  })

  test('behavior: the order of entries does not matter', () => {
    fc.assert(
      fc.property(state, version, (entries, v) => {
        expect(trieRoot([...entries].reverse(), v)).toEqual(trieRoot(entries, v))
      }),
    )
  })

  test('behavior: a value of 33 bytes is hashed in version 1 only, one of 32 bytes in neither', () => {
    const root = (length: number, v: StateVersion) => bytesToHex(trieRoot([['k', new Uint8Array(length)]], v))
    expect(root(32, 0)).toBe(root(32, 1))
    expect(root(33, 0)).not.toBe(root(33, 1))
  })
})

test('orderedTrieRoot: the root of no extrinsics is the empty root', () => {
  expect(orderedTrieRoot([])).toEqual(EMPTY_ROOT)
  expect(orderedTrieRoot([hexToBytes('0x00')])).toEqual(trieRoot([['\0', hexToBytes('0x00')]]))
})

/** The trie of the state, made from all of it at once. */
const rebuilt = ({ entries, trie }: MemoryState) =>
  new StateTrie(
    trie.version,
    [...entries].sort(([a], [b]) => (a < b ? -1 : 1)),
  )

describe('StateTrie', () => {
  test('property: block by block gives the root of the whole state at once, and holds as much', () => {
    fc.assert(
      fc.property(state, blocks, version, (genesis, changes, v) => {
        const follower = new MemoryState(v)
        follower.apply(genesis)
        for (const block of changes) follower.apply(block)
        const whole = rebuilt(follower)
        expect(follower.root).toEqual(trieRoot(follower.entries, v))
        expect(whole.root).toEqual(follower.root)
        expect(follower.trie.heldBytes).toBe(whole.heldBytes)
      }),
      { numRuns: 400 },
    )
  })

  test('property: undoing a block gives back the trie before it', () => {
    fc.assert(
      fc.property(state, blocks, version, (genesis, changes, v) => {
        const follower = new MemoryState(v)
        follower.apply(genesis)
        const { root } = follower
        const held = follower.trie.heldBytes
        const undos = changes.map((block) => follower.apply(block).undo)
        for (const undo of undos.reverse()) follower.apply(undo)
        expect(follower.root).toEqual(root)
        expect(follower.trie.heldBytes).toBe(held)
      }),
    )
  })

  test('property: drafts beside each other change nothing but the one that is installed', () => {
    fc.assert(
      fc.property(state, blocks, version, (genesis, changes, v) => {
        const follower = new MemoryState(v)
        follower.apply(genesis)
        const { root } = follower
        const drafts = changes.map((block) => follower.draft(block))
        expect(follower.root).toEqual(root)
        const rejected = drafts.at(0)
        if (rejected !== undefined) follower.trie.discard(rejected)
        follower.apply([['last', Uint8Array.of(1)]])
        expect(follower.root).toEqual(trieRoot(follower.entries, v))
        expect(follower.trie.heldBytes).toBe(rebuilt(follower).heldBytes)
        for (const draft of drafts) expect(() => follower.trie.install(draft)).toThrow('a trie that is gone')
      }),
    )
  })

  test('behavior: a leaf that changes in the block in which its last sibling goes has its new value', () => {
    for (const length of [1, 40]) {
      const value = (byte: number) => new Uint8Array(length).fill(byte)
      for (const siblings of [['b'], ['b', 'c'], ['0', 'b']]) {
        const follower = new MemoryState()
        follower.apply(['a', ...siblings].map((end) => [`key ${end}`, value(1)] as const))
        follower.apply([['key a', value(2)], ...siblings.map((end) => [`key ${end}`, undefined] as const)])
        expect(follower.root).toEqual(trieRoot([['key a', value(2)]]))
      }
    }
  })

  test('property: blocks that change and remove most of a small state', () => {
    const few = fc.constantFrom('', '\0', '\x01', '\x10', '\x11', '\x11\x01', '\x11\x10', '\x11\x11')
    const small = fc.uniqueArray(fc.tuple(few, fc.option(value, { nil: undefined })), { selector: ([k]) => k })
    fc.assert(
      fc.property(fc.array(small, { minLength: 2, maxLength: 8 }), version, (changes, v) => {
        const follower = new MemoryState(v)
        for (const block of changes) {
          follower.apply(block)
          expect(follower.root).toEqual(trieRoot(follower.entries, v))
          expect(follower.trie.heldBytes).toBe(rebuilt(follower).heldBytes)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('behavior: a branch longer than a chunk of memory is held like any other', () => {
    const long = 'k'.repeat(600_000)
    const follower = new MemoryState(0)
    follower.apply([
      [`${long}a`, Uint8Array.of(1)],
      [`${long}b`, new Uint8Array(300_000)],
      ['k', Uint8Array.of(3)],
    ])
    follower.apply([[`${long}b`, Uint8Array.of(2)]])
    expect(follower.root).toEqual(trieRoot(follower.entries, 0))
    follower.apply([[`${long}a`, undefined]])
    expect(follower.root).toEqual(trieRoot(follower.entries, 0))
    expect(follower.trie.heldBytes).toBe(rebuilt(follower).heldBytes)
  })

  test('behavior: work is linear in the changed keys, not in the state', () => {
    const random = (index: number): ByteString => {
      let x = index + 1
      return Array.from({ length: 32 }, () => {
        x = (Math.imul(x, 1664525) + 1013904223) >>> 0
        return String.fromCharCode(x >>> 24)
      }).join('')
    }
    const follower = new MemoryState()
    follower.apply(Array.from({ length: 20_000 }, (_, index) => [random(index), new Uint8Array(8)] as const))
    for (const count of [1, 10, 100]) {
      const { draft } = follower.apply(
        Array.from({ length: count }, (_, index) => [random(index), Uint8Array.of(count)] as const),
      )
      // 20,000 random keys are five branches deep at most here.
      expect(draft.hashed).toBeLessThanOrEqual(count * 5)
      expect(draft.made.length).toBeLessThanOrEqual(count * 5 + 1)
    }
  })
})

describe('proofs', () => {
  test('property: a proof shows the values of its keys and the absence of others', () => {
    fc.assert(
      fc.property(state, fc.array(key, { maxLength: 5 }), version, (entries, others, v) => {
        const shownBy = new MemoryState(v)
        shownBy.apply(entries)
        const asked = [...entries.slice(0, 5).map(([k]) => k), ...others]
        const shown = verifyProof(shownBy.root, shownBy.prove(asked), asked)
        for (const k of asked) expect(shown.get(k)).toEqual(shownBy.entries.get(k))
      }),
      { numRuns: 400 },
    )
  })

  test('behavior: a proof for another root or with a missing node is refused', () => {
    const shownBy = new MemoryState()
    shownBy.apply(Array.from({ length: 64 }, (_, index) => [`key ${index}`, new Uint8Array(40).fill(index)] as const))
    const proof = shownBy.prove(['key 7'])
    expect(() => verifyProof(EMPTY_ROOT, proof, ['key 7'])).toThrow('The proof has no node with the hash')
    for (let index = 0; index < proof.length; index++) {
      expect(() => verifyProof(shownBy.root, proof.toSpliced(index, 1), ['key 7'])).toThrow('The proof has no node')
    }
  })
})

test('StateTrie over one entry and back to none', () => {
  const follower = new MemoryState()
  expect(follower.root).toEqual(EMPTY_ROOT)
  follower.apply([['only', Uint8Array.of(1)]])
  expect(follower.root).toEqual(trieRoot([['only', Uint8Array.of(1)]]))
  expect(rebuilt(follower).root).toEqual(follower.root)
  expect(follower.draft([]).root).toEqual(follower.root)
  follower.apply([['only', undefined]])
  expect(follower.root).toEqual(EMPTY_ROOT)
  expect(follower.trie.heldBytes).toBe(0)
})
