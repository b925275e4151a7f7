import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ByteString, bytesToHex, hexToBytes } from '../bytes/index.ts'
import {
  createProof,
  EMPTY_ROOT,
  orderedTrieRoot,
  type StateVersion,
  trieRoot,
  updateTrie,
  verifyProof,
} from './index.ts'
import { MemoryTrie } from './memory-trie.fixture.ts'

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

describe('updateTrie', () => {
  test('property: block by block gives the root and the branches of the whole state at once', () => {
    fc.assert(
      fc.property(state, blocks, version, (genesis, changes, v) => {
        const trie = new MemoryTrie(v)
        trie.apply(genesis)
        for (const block of changes) trie.apply(new Map(block))
        const whole = new MemoryTrie(v)
        whole.apply(trie.state)
        expect(trie.root).toEqual(trieRoot(trie.state, v))
        expect(whole.root).toEqual(trie.root)
        expect([...trie.branches].sort()).toEqual([...whole.branches].sort())
      }),
      { numRuns: 400 },
    )
  })

  test('property: undoing a block gives back the trie before it', () => {
    fc.assert(
      fc.property(state, blocks, version, (genesis, changes, v) => {
        const trie = new MemoryTrie(v)
        trie.apply(genesis)
        const before = [...trie.branches].sort()
        const updates = changes.map((block) => trie.apply(new Map(block)))
        for (const { keys, before: old } of updates.reverse()) trie.apply(keys.map((k, i) => [k, old[i]] as const))
        expect([...trie.branches].sort()).toEqual(before)
      }),
    )
  })

  test('behavior: changes that change nothing are left out', () => {
    const trie = new MemoryTrie()
    trie.apply([['a', hexToBytes('0x01')]])
    const update = trie.apply([
      ['a', hexToBytes('0x01')],
      ['b', undefined],
    ])
    expect(update.keys).toEqual([])
    expect(update.root).toEqual(trieRoot([['a', hexToBytes('0x01')]]))
  })

  test('behavior: work is linear in the changed keys, not in the state', () => {
    const random = (index: number): ByteString => {
      let x = index + 1
      return Array.from({ length: 32 }, () => {
        x = (Math.imul(x, 1664525) + 1013904223) >>> 0
        return String.fromCharCode(x >>> 24)
      }).join('')
    }
    const trie = new MemoryTrie()
    trie.apply(Array.from({ length: 20_000 }, (_, index) => [random(index), new Uint8Array(8)] as const))
    for (const count of [1, 10, 100]) {
      trie.reads = 0
      const update = trie.apply(
        Array.from({ length: count }, (_, index) => [random(index), Uint8Array.of(count)] as const),
      )
      // 20,000 random keys are five branches deep at most here.
      expect(trie.reads).toBeLessThanOrEqual(count * 6)
      expect(update.hashed).toBeLessThanOrEqual(count * 5)
    }
  })
})

describe('proofs', () => {
  test('property: a proof shows the values of its keys and the absence of others', () => {
    fc.assert(
      fc.property(state, fc.array(key, { maxLength: 5 }), version, (entries, others, v) => {
        const trie = new MemoryTrie(v)
        trie.apply(entries)
        const asked = [...entries.slice(0, 5).map(([k]) => k), ...others]
        const shown = verifyProof(trie.root, createProof(trie, asked, v), asked)
        for (const k of asked) expect(shown.get(k)).toEqual(trie.state.get(k))
      }),
      { numRuns: 400 },
    )
  })

  test('behavior: a proof for another root or with a missing node is refused', () => {
    const trie = new MemoryTrie()
    trie.apply(Array.from({ length: 64 }, (_, index) => [`key ${index}`, new Uint8Array(40).fill(index)] as const))
    const proof = createProof(trie, ['key 7'])
    expect(() => verifyProof(EMPTY_ROOT, proof, ['key 7'])).toThrow('The proof has no node with the hash')
    for (let index = 0; index < proof.length; index++) {
      expect(() => verifyProof(trie.root, proof.toSpliced(index, 1), ['key 7'])).toThrow('The proof has no node')
    }
  })
})

test('updateTrie over one entry and back to none', () => {
  const trie = new MemoryTrie()
  expect(updateTrie(trie, []).root).toEqual(EMPTY_ROOT)
  trie.apply([['only', Uint8Array.of(1)]])
  expect(updateTrie(trie, []).root).toEqual(trieRoot([['only', Uint8Array.of(1)]]))
  trie.apply([['only', undefined]])
  expect(trie.root).toEqual(EMPTY_ROOT)
  expect(trie.branches.size).toBe(0)
})
