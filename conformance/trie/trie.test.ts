/** Our roots and proofs against smoldot's trie (Rust, in WebAssembly), an independent implementation. */
import { calculate_state_root, create_proof, decode_proof } from '@acala-network/chopsticks-executor'
import { describe, expect, test } from 'vitest'
import { type ByteString, byteStringToHex, bytesToHex, type Hex } from '../../packages/primitives/src/bytes/index.ts'
import { type StateVersion, trieRoot } from '../../packages/primitives/src/trie/index.ts'
import { MemoryState } from '../../packages/primitives/src/trie/memory-state.fixture.ts'

/** The same numbers on every run: xorshift32. */
function randomSource(seed: number): (below: number) => number {
  let x = seed * 2654435761 + 1
  return (below) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % below
  }
}

const VALUE_LENGTHS = [0, 1, 4, 16, 31, 32, 33, 64, 500, 20_000]

function randomKey(random: (below: number) => number, known: readonly ByteString[]): ByteString {
  const bytes = (length: number) => String.fromCharCode(...Array.from({ length }, () => random(256)))
  const other = known[random(known.length || 1)] ?? ''
  switch (random(6)) {
    case 0:
      return other.slice(0, random(other.length + 1))
    case 1:
      return other + bytes(1 + random(4))
    case 2:
      return `pallet prefix of thirty-two bytes${bytes(2)}`
    case 3:
      return bytes(300 + random(40))
    case 4:
      return String.fromCharCode(...Array.from({ length: random(5) }, () => random(2) * 16))
    default:
      return bytes(32)
  }
}

function randomValue(random: (below: number) => number): Uint8Array {
  const length = VALUE_LENGTHS[random(VALUE_LENGTHS.length)]!
  return new Uint8Array(length).map(() => random(256))
}

const toHex = (state: ReadonlyMap<ByteString, Uint8Array>): [Hex, Hex][] =>
  [...state].map(([key, value]) => [byteStringToHex(key), bytesToHex(value)])

describe.each<StateVersion>([0, 1])('state version %d', (version) => {
  test('the roots of random states agree, block after block with deletions', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = randomSource(seed)
      const ours = new MemoryState(version)
      for (let block = 0; block < 6; block++) {
        const changes = new Map<ByteString, Uint8Array | undefined>()
        for (let index = 0; index < 1 + random(80); index++) {
          const known = [...ours.entries.keys()]
          if (known.length > 0 && random(3) === 0) changes.set(known[random(known.length)]!, undefined)
          else changes.set(randomKey(random, known), randomValue(random))
        }
        ours.apply(changes)
        const theirs =
          ours.entries.size === 0 ? bytesToHex(trieRoot([])) : await calculate_state_root(toHex(ours.entries), version)
        expect(bytesToHex(ours.root), `seed ${seed}, block ${block}`).toBe(theirs)
      }
    }
  })

  test('they read our proofs', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = randomSource(100 + seed)
      const ours = new MemoryState(version)
      const keys: ByteString[] = []
      for (let index = 0; index < 60; index++) keys.push(randomKey(random, keys))
      ours.apply(new Map(keys.map((key) => [key, randomValue(random)])))
      const asked = keys.filter(() => random(4) === 0)
      const proof = ours.prove(asked).map(bytesToHex)
      const theirs = new Map<Hex, Hex>(await decode_proof(bytesToHex(ours.root), proof))
      for (const key of asked) {
        expect(theirs.get(byteStringToHex(key)), `seed ${seed}`).toBe(bytesToHex(ours.entries.get(key)!))
      }
    }
  })
})

test('they change a state by our proof of all of it and get our next root', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = randomSource(200 + seed)
    const ours = new MemoryState(0)
    // Their change of a proof passes over nodes inside their parents and over values in branches: long values, keys of
    // one length.
    const longValue = () => new Uint8Array(40 + random(400)).map(() => random(256))
    const fixedKey = () => String.fromCharCode(random(3), ...Array.from({ length: 31 }, () => random(256)))
    const keys: ByteString[] = []
    for (let index = 0; index < 40; index++) keys.push(fixedKey())
    ours.apply(new Map(keys.map((key) => [key, longValue()])))
    const proof = ours.prove(keys).map(bytesToHex)
    const changes = new Map<ByteString, Uint8Array | undefined>()
    for (const key of keys) {
      const choice = random(5)
      if (choice < 2) changes.set(key, undefined)
      else if (choice === 2) changes.set(fixedKey(), longValue())
    }
    ours.apply(changes)
    const updates = [...changes].map(([key, value]) => [
      byteStringToHex(key),
      value === undefined ? null : bytesToHex(value),
    ])
    const [root] = await create_proof(proof, updates)
    expect(bytesToHex(ours.root), `seed ${seed}`).toBe(root)
  }
})
