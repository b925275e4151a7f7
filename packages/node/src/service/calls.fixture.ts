/** Random calls that decode: bytes made along the types of the runtime's own call enum. */
import { hexToBytes } from '@neurite/primitives/bytes'
import { devKeypair } from '@neurite/primitives/keyring'
import { type Codec, Writer } from '@neurite/primitives/scale'
import { runtimeCall } from '@neurite/runtime'

/** Integers below a bound, the same for the same seed. */
export type Random = (below: number) => number

/** The mulberry32 generator. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const ACCOUNTS = (['Alice', 'Bob', 'Charlie', 'Dave'] as const).map((name) => hexToBytes(devKeypair(name).publicKey))
/** Values around which arithmetic breaks, and ordinary ones. */
const AMOUNTS = [0n, 1n, 2n, 3n, 10n, 100n, 499n, 500n, 65_535n, 1_000_000n, 2_000_000_000n, 10n ** 12n, 10n ** 14n]
const MAXIMA: Record<string, bigint> = {
  u8: 255n,
  u16: 65_535n,
  u32: 2n ** 32n - 1n,
  u64: 2n ** 64n - 1n,
  u128: 2n ** 128n - 1n,
  u256: 2n ** 256n - 1n,
}
const SIZES: Record<string, number> = {
  bool: 1,
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  i64: 8,
  u128: 16,
  i128: 16,
  u256: 32,
}

/** Small numbers are netuids, uids and counts that exist; the rest are amounts; now and then the largest. */
function integerOf(name: string, random: Random): bigint {
  const max = MAXIMA[name.replace('i', 'u')] ?? 1n
  const kind = random(10)
  const value = kind < 6 ? BigInt(random(4)) : kind < 9 ? AMOUNTS[random(AMOUNTS.length)]! : max - BigInt(random(2))
  return value > max ? max : value
}

function writeInteger(value: bigint, size: number, out: Writer): void {
  for (let i = 0; i < size; i++) out.u8(Number((value >> BigInt(8 * i)) & 255n))
}

function writeRandom(codec: Codec<unknown>, random: Random, out: Writer, depth: number): void {
  const { def, path } = codec.type()
  if (path === 'sp_core::crypto::AccountId32') {
    out.bytes(ACCOUNTS[random(ACCOUNTS.length)]!)
    return
  }
  switch (def.kind) {
    case 'primitive':
      if (def.name === 'bool') out.u8(random(2))
      else if (def.name === 'str') out.compact(0)
      else writeInteger(integerOf(def.name, random), SIZES[def.name]!, out)
      return
    case 'compact': {
      const inner = def.of.type().def
      out.compactBig(inner.kind === 'primitive' ? integerOf(inner.name, random) : BigInt(random(8)))
      return
    }
    case 'composite':
      for (const field of def.fields) writeRandom(field.codec, random, out, depth + 1)
      return
    case 'tuple':
      for (const each of def.of) writeRandom(each, random, out, depth + 1)
      return
    case 'array':
      for (let i = 0; i < def.length; i++) writeRandom(def.of, random, out, depth + 1)
      return
    case 'sequence': {
      const length = depth > 12 ? 0 : random(5)
      out.compact(length)
      for (let i = 0; i < length; i++) writeRandom(def.of, random, out, depth + 1)
      return
    }
    case 'variant': {
      const variant = def.variants[random(def.variants.length)]!
      out.u8(variant.index)
      for (const field of variant.fields) writeRandom(field.codec, random, out, depth + 1)
      return
    }
    default:
      throw new Error(`no rule for the kind ${(def as { kind: string }).kind}`)
  }
}

/** An encoded value of any type. */
export function randomValue(codec: Codec<unknown>, random: Random): Uint8Array {
  const out = new Writer()
  writeRandom(codec, random, out, 0)
  return out.finish()
}

/** An encoded call of any pallet. */
export const randomCall = (random: Random): Uint8Array => randomValue(runtimeCall as Codec<unknown>, random)
