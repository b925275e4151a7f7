/**
 * Codecs of fixed-point numbers: composites with one field `bits`; a value here is those bits as one integer.
 * Their paths and the type-level number of fraction bits are those of the reference's metadata.
 */
import { type Codec, once } from './codec.ts'
import { struct, unit } from './composites.ts'
import { i64, i128, u128 } from './primitives.ts'

const B0 = struct('substrate_typenum::bit::B0', {})
const B1 = struct('substrate_typenum::bit::B1', {})
const UTerm = struct('substrate_typenum::uint::UTerm', {})

/** A number as a type: its binary digits, lowest last. It takes no bytes. */
function typeNumber(value: number): Codec<any> {
  const lsb = value % 2 === 1 ? B1 : B0
  const msb = value < 2 ? UTerm : typeNumber(Math.floor(value / 2))
  return {
    ...unit,
    typeName: 'UInt',
    type: once(() => ({
      path: 'substrate_typenum::uint::UInt',
      params: [
        { name: 'U', codec: msb },
        { name: 'B', codec: lsb },
      ],
      def: {
        kind: 'composite',
        fields: [
          { name: 'msb', typeName: 'U', codec: msb },
          { name: 'lsb', typeName: 'B', codec: lsb },
        ],
      },
    })),
  }
}

function fixed(typeName: string, path: string, of: Codec<bigint>, fraction: number): Codec<bigint> {
  const frac = typeNumber(fraction)
  return {
    ...of,
    typeName,
    type: once(() => ({
      path,
      params: [{ name: 'Frac', codec: frac }],
      def: { kind: 'composite', fields: [{ name: 'bits', typeName: of.typeName, codec: of }] },
    })),
  }
}

/** Signed, 32 fraction bits in 64. @unit bits */
export const i32f32 = fixed('I32F32', 'substrate_fixed::FixedI64', i64, 32)
/** Signed, 64 fraction bits in 128. @unit bits */
export const i64f64 = fixed('I64F64', 'substrate_fixed::FixedI128', i128, 64)
/** Signed, 32 fraction bits in 128. @unit bits */
export const i96f32 = fixed('I96F32', 'substrate_fixed::FixedI128', i128, 32)
/** Unsigned, 64 fraction bits in 128. @unit bits */
export const u64f64 = fixed('U64F64', 'substrate_fixed::FixedU128', u128, 64)
/** Unsigned, 32 fraction bits in 128. @unit bits */
export const u96f32 = fixed('U96F32', 'substrate_fixed::FixedU128', u128, 32)
