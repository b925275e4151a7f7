/**
 * Memory for the branches of tries: addresses of records in a few large buffers.
 *
 * A chain has a hundred thousand branches. As objects they would cost three times their bytes, and every collection of
 * garbage would walk them. Nothing in here is ever changed once a trie holds it, but for {@link NodePool.copy}'s result
 * while its maker works on it.
 *
 * record   = four words, a word for each child that is a branch (its address), the node's encoding
 * words    = length of the encoding; bitmap of children (low half) and of those that are leaves (high half); where the
 *            first child stands in the encoding; nibbles of the partial key
 */

import { countBits } from './nibbles.ts'

/** Records start at multiples of so many bytes. */
const UNIT = 16
const UNIT_BITS = 4
const CHUNK_BITS = 14
/** Units of a chunk; a longer record has a chunk of its own. */
const CHUNK = 1 << CHUNK_BITS
const HEAD_WORDS = 4
/** Units of a record that is found by search once it has been given back. */
const LONG = 128

/** Place of a record; never 0. */
export type Address = number

export class NodePool {
  readonly #bytes: Uint8Array[] = []
  readonly #words: Int32Array[] = []
  /** Addresses given back, by units; those of unusually long records apart. */
  readonly #free: Address[][] = Array.from({ length: LONG }, () => [])
  readonly #freeLong = new Map<number, Address[]>()
  #chunk = -1
  /** Units of the chunk that have been given out; the first of all is never. */
  #used = CHUNK
  #held = 0

  /** Bytes of all records. */
  get held(): number {
    return this.#held
  }

  /** Room for a record: {@link describe} it, then write its encoding. */
  allocate(length: number, branches: number): Address {
    return this.#take((HEAD_WORDS + branches) * 4 + length)
  }

  #take(size: number): Address {
    const units = (size + UNIT - 1) >> UNIT_BITS
    this.#held += units * UNIT
    const free = this.#freeOf(units)
    if (free.length > 0) return free.pop()!
    if (units > CHUNK - 1) {
      // Nothing is at address 0.
      if (this.#bytes.length === 0) this.#addChunk(1)
      this.#addChunk(units)
      // The chunk before goes on being filled.
      return (this.#bytes.length - 1) << CHUNK_BITS
    }
    if (this.#used + units > CHUNK) {
      this.#addChunk(CHUNK)
      this.#chunk = this.#bytes.length - 1
      this.#used = this.#chunk === 0 ? 1 : 0
    }
    const address = (this.#chunk << CHUNK_BITS) | this.#used
    this.#used += units
    return address
  }

  #addChunk(units: number): void {
    const buffer = new ArrayBuffer(units * UNIT)
    this.#bytes.push(new Uint8Array(buffer))
    this.#words.push(new Int32Array(buffer))
  }

  release(address: Address): void {
    const units = (this.#sizeOf(address) + UNIT - 1) >> UNIT_BITS
    this.#held -= units * UNIT
    this.#freeOf(units).push(address)
  }

  #freeOf(units: number): Address[] {
    if (units < LONG) return this.#free[units]!
    const known = this.#freeLong.get(units)
    if (known !== undefined) return known
    const free: Address[] = []
    this.#freeLong.set(units, free)
    return free
  }

  #sizeOf(address: Address): number {
    return (HEAD_WORDS + countBits(this.branchMask(address))) * 4 + this.length(address)
  }

  describe(
    address: Address,
    length: number,
    bitmap: number,
    leaves: number,
    childrenAt: number,
    nibbles: number,
  ): void {
    const words = this.#wordsOf(address)
    const at = wordOf(address)
    words[at] = length
    words[at + 1] = bitmap | (leaves << 16)
    words[at + 2] = childrenAt
    words[at + 3] = nibbles
  }

  /** Another record of the same content. */
  copy(from: Address): Address {
    const size = this.#sizeOf(from)
    const to = this.#take(size)
    const source = this.#wordsOf(from)
    const target = this.#wordsOf(to)
    const start = wordOf(from)
    const at = wordOf(to)
    const words = (size + 3) >> 2
    for (let index = 0; index < words; index++) target[at + index] = source[start + index]!
    return to
  }

  #wordsOf(address: Address): Int32Array {
    return this.#words[address >>> CHUNK_BITS]!
  }

  /** The buffer in which the record lies. */
  bytesOf(address: Address): Uint8Array {
    return this.#bytes[address >>> CHUNK_BITS]!
  }

  /** Where in it the encoding starts. */
  encodingAt(address: Address): number {
    return (wordOf(address) + HEAD_WORDS + countBits(this.branchMask(address))) * 4
  }

  /** Length of the encoding. */
  length(address: Address): number {
    return this.#wordsOf(address)[wordOf(address)]!
  }

  encoding(address: Address): Uint8Array {
    const at = this.encodingAt(address)
    return this.bytesOf(address).subarray(at, at + this.length(address))
  }

  bitmap(address: Address): number {
    return this.#wordsOf(address)[wordOf(address) + 1]! & 0xffff
  }

  /** Of the children those that are leaves. */
  leaves(address: Address): number {
    return this.#wordsOf(address)[wordOf(address) + 1]! >>> 16
  }

  /** Of the children those that are branches. */
  branchMask(address: Address): number {
    const masks = this.#wordsOf(address)[wordOf(address) + 1]!
    return masks & 0xffff & ~(masks >>> 16)
  }

  /** Offset of the first child in the encoding. */
  childrenAt(address: Address): number {
    return this.#wordsOf(address)[wordOf(address) + 2]!
  }

  nibbles(address: Address): number {
    return this.#wordsOf(address)[wordOf(address) + 3]!
  }

  /** Address of a child that is a branch. */
  child(address: Address, nibble: number): Address {
    return this.#wordsOf(address)[this.#childWord(address, nibble)]!
  }

  setChild(address: Address, nibble: number, child: Address): void {
    this.#wordsOf(address)[this.#childWord(address, nibble)] = child
  }

  #childWord(address: Address, nibble: number): number {
    return wordOf(address) + HEAD_WORDS + countBits(this.branchMask(address) & ((1 << nibble) - 1))
  }
}

/** First word of a record in its chunk. */
function wordOf(address: Address): number {
  return (address & (CHUNK - 1)) << (UNIT_BITS - 2)
}
