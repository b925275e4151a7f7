/** Bytes that decode: made along the shape that a codec tells of itself. */
import { type Codec, Writer } from '@neurite/primitives/scale'
import { pick, type Random } from './random.ts'

const SIZES: Readonly<Record<string, number>> = {
  bool: 1,
  char: 4,
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
  i256: 32,
}
const TEXTS = ['', 'a', 'Neurite', 'ключ', '\u{1f9e0}', '\0\n"', 'x'.repeat(70)]
/** Deeper lists are empty and deeper enums take their smallest variant, so that calls within calls end. */
const MAX_DEPTH = 14

/** Small numbers are indices that exist; the rest are the ends of the range and the middle. */
function integerOf(size: number, random: Random): bigint {
  const max = (1n << BigInt(8 * size)) - 1n
  switch (random(4)) {
    case 0:
      return max - BigInt(random(2))
    case 1:
      return (1n << BigInt(random(8 * size))) - BigInt(random(2))
    default:
      return BigInt(random(4))
  }
}

function write(codec: Codec<unknown>, random: Random, out: Writer, depth: number): void {
  const { def } = codec.type()
  switch (def.kind) {
    case 'primitive': {
      if (def.name === 'bool') out.u8(random(2))
      else if (def.name === 'str') {
        const text = new TextEncoder().encode(pick(random, TEXTS))
        out.compact(text.length)
        out.bytes(text)
      } else {
        const size = SIZES[def.name]!
        const value = integerOf(size, random)
        for (let i = 0; i < size; i++) out.u8(Number((value >> BigInt(8 * i)) & 255n))
      }
      return
    }
    case 'compact': {
      const inner = def.of.type().def
      out.compactBig(inner.kind === 'primitive' ? integerOf(SIZES[inner.name]!, random) : 0n)
      return
    }
    case 'composite':
      for (const field of def.fields) write(field.codec, random, out, depth + 1)
      return
    case 'tuple':
      for (const each of def.of) write(each, random, out, depth + 1)
      return
    case 'array':
      for (let i = 0; i < def.length; i++) write(def.of, random, out, depth + 1)
      return
    case 'sequence': {
      const length = depth > MAX_DEPTH ? 0 : pick(random, [0, 1, 1, 2, 3, 5, 17])
      out.compact(length)
      for (let i = 0; i < length; i++) write(def.of, random, out, depth + 1)
      return
    }
    case 'variant': {
      const variants =
        depth > MAX_DEPTH
          ? def.variants.filter(({ fields }) => fields.length === Math.min(...def.variants.map((v) => v.fields.length)))
          : def.variants
      if (variants.length === 0) throw NO_VALUE
      const variant = pick(random, variants)
      out.u8(variant.index)
      for (const field of variant.fields) write(field.codec, random, out, depth + 1)
    }
  }
}

/** Thrown inside for an enum without variants: such a type has no values. */
const NO_VALUE = Symbol('no value')

/** A value of `codec`, encoded. */
export function randomBytesOf(codec: Codec<any>, random: Random): Uint8Array {
  for (;;) {
    const out = new Writer()
    try {
      write(codec, random, out, 0)
      return out.finish()
    } catch (error) {
      if (error !== NO_VALUE) throw error
    }
  }
}
