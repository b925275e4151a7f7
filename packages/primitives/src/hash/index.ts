/**
 * Hashes of the chain, all synchronous: the WebAssembly behind them is ready once this module has loaded.
 *
 * Blake2 comes from libsodium and xxHash from xxhash-wasm, the fastest for the 20 to 100 byte inputs that make up nearly
 * all of a block's hashing; both together add about 30 ms to the start of a process.
 */
import { blake2b } from '@noble/hashes/blake2.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { keccak_256, sha3_256 as nobleSha3 } from '@noble/hashes/sha3.js'
import sodium from 'libsodium-wrappers-sumo'
import createXxhash from 'xxhash-wasm'

const [xxhash] = await Promise.all([createXxhash(), sodium.ready])
const { h64Raw } = xxhash
const SEEDS = [0n, 1n, 2n, 3n]

/** What libsodium's wrapper calls. Beneath it a hash takes half the time and leaves nothing behind but its digest. */
interface RawSodium {
  /** Replaced when the module's memory grows. */
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): number
  _crypto_generichash(
    out: number,
    outLength: number,
    data: number,
    lengthLow: number,
    lengthHigh: number,
    key: number,
    keyLength: number,
  ): number
}
const raw = (sodium as unknown as { readonly libsodium: RawSodium }).libsodium
/** Longest input that has its place in the module's memory. */
const ROOM = 16_384
const inputAt = raw._malloc(ROOM)
const digestAt = raw._malloc(64)

function blake2(length: 16 | 32 | 64, data: Uint8Array): Uint8Array {
  if (data.length > ROOM) return sodium.crypto_generichash(length, data, null)
  raw.HEAPU8.set(data, inputAt)
  raw._crypto_generichash(digestAt, length, inputAt, data.length, 0, 0, 0)
  return raw.HEAPU8.slice(digestAt, digestAt + length)
}

/** 8-byte Blake2b digest of `data`: the ids of runtime APIs. Rarely used, and libsodium starts at 16 bytes. */
export function blake2_64(data: Uint8Array): Uint8Array {
  return blake2b(data, { dkLen: 8 })
}

/** 16-byte Blake2b digest of `data`. */
export function blake2_128(data: Uint8Array): Uint8Array {
  return blake2(16, data)
}

/** 32-byte Blake2b digest of `data`. */
export function blake2_256(data: Uint8Array): Uint8Array {
  return blake2(32, data)
}

/** Writes the 32-byte Blake2b digest of the bytes `from` to `to` of `data` into `target` at `at`. */
export function blake2_256Into(target: Uint8Array, at: number, data: Uint8Array, from: number, to: number): void {
  if (to - from > ROOM) {
    target.set(blake2_256(data.subarray(from, to)), at)
    return
  }
  raw.HEAPU8.set(data.subarray(from, to), inputAt)
  raw._crypto_generichash(digestAt, 32, inputAt, to - from, 0, 0, 0)
  const bytes = raw.HEAPU8
  for (let index = 0; index < 32; index++) target[at + index] = bytes[digestAt + index]!
}

/** 64-byte Blake2b digest of `data`; SS58 checksums are cut from it. */
export function blake2_512(data: Uint8Array): Uint8Array {
  return blake2(64, data)
}

const scratch = new DataView(new ArrayBuffer(32))
const scratchBytes = new Uint8Array(scratch.buffer)

/** `words` xxHash64 digests with the seeds 0, 1, ... laid out little-endian one after the other. */
function twox(data: Uint8Array, words: number): Uint8Array {
  // One lasting view: making a DataView for each call costs more than the hash itself.
  for (let word = 0; word < words; word++) scratch.setBigUint64(8 * word, h64Raw(data, SEEDS[word]!), true)
  return scratchBytes.slice(0, 8 * words)
}

/** 8-byte xxHash of `data`. Not cryptographic: only for keys that no user can choose. */
export function twox64(data: Uint8Array): Uint8Array {
  return twox(data, 1)
}

/** 16-byte xxHash of `data`; hashes pallet and item names in storage keys. */
export function twox128(data: Uint8Array): Uint8Array {
  return twox(data, 2)
}

/** 32-byte xxHash of `data`. */
export function twox256(data: Uint8Array): Uint8Array {
  return twox(data, 4)
}

/** 32-byte Keccak digest of `data`, with Ethereum's padding (not SHA-3's). */
export function keccak256(data: Uint8Array): Uint8Array {
  return keccak_256(data)
}

/** 32-byte SHA-2 digest of `data`. */
export function sha256(data: Uint8Array): Uint8Array {
  return nobleSha256(data)
}

/** 32-byte SHA-3 digest of `data`; the axon protocol hashes request bodies with it. */
export function sha3_256(data: Uint8Array): Uint8Array {
  return nobleSha3(data)
}
