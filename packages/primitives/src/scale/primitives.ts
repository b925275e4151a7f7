/** Codecs of SCALE's built-in types. Integers up to 32 bits are `number`, wider ones `bigint`. */
import { type AccountId, bytesToHex, bytesToUtf8, type Hex, hexSize, utf8ToBytes } from '../bytes/index.ts'
import { type Codec, named, once } from './codec.ts'
import { decodeError, encodeError } from './io.ts'
import type { PrimitiveName, TypeInfo } from './type.ts'

function primitive(name: PrimitiveName): () => TypeInfo {
  return once(() => ({ def: { kind: 'primitive', name } }))
}

function numberCodec(name: PrimitiveName, size: 1 | 2 | 4, signed: boolean): Codec<number> {
  const bits = 8 * size
  const low = signed ? -(2 ** (bits - 1)) : 0
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  return {
    type: primitive(name),
    typeName: name,
    minSize: size,
    write(value, writer) {
      if (!Number.isInteger(value) || value < low || value > high) throw encodeError(`Not a ${name}`, value)
      const unsigned = value < 0 ? value + 2 ** bits : value
      if (size === 1) writer.u8(unsigned)
      else if (size === 2) writer.u16(unsigned)
      else writer.u32(unsigned)
    },
    read(reader) {
      const value = size === 1 ? reader.u8() : size === 2 ? reader.u16() : reader.u32()
      return value > high ? value - 2 ** bits : value
    },
  }
}

/** What a codec of numbers wider than 32 bits is made of, but for its code. */
function wide(name: PrimitiveName, size: number): Pick<Codec<bigint>, 'type' | 'typeName' | 'minSize'> {
  return { type: primitive(name), typeName: name, minSize: size }
}

export const u8 = numberCodec('u8', 1, false)
export const u16 = numberCodec('u16', 2, false)
export const u32 = numberCodec('u32', 4, false)
export const i8 = numberCodec('i8', 1, true)
export const i16 = numberCodec('i16', 2, true)
export const i32 = numberCodec('i32', 4, true)

// PERF: most of what a block writes are numbers of 64 and 128 bits, so each kind has its own code, where the engine
// makes machine instructions of `asUintN`. A common form with bounds to compare with takes twice as long.
export const u64: Codec<bigint> = {
  ...wide('u64', 8),
  write(value, writer) {
    if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) throw encodeError('Not a u64', value)
    writer.u64(value)
  },
  read: (reader) => reader.u64(),
}
export const i64: Codec<bigint> = {
  ...wide('i64', 8),
  write(value, writer) {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) throw encodeError('Not a i64', value)
    writer.u64(value)
  },
  read: (reader) => BigInt.asIntN(64, reader.u64()),
}
export const u128: Codec<bigint> = {
  ...wide('u128', 16),
  write(value, writer) {
    const high = typeof value === 'bigint' ? value >> 64n : -1n
    if (BigInt.asUintN(64, high) !== high) throw encodeError('Not a u128', value)
    writer.u64(value)
    writer.u64(high)
  },
  read: (reader) => reader.u128(),
}
export const i128: Codec<bigint> = {
  ...wide('i128', 16),
  write(value, writer) {
    if (typeof value !== 'bigint' || BigInt.asIntN(128, value) !== value) throw encodeError('Not a i128', value)
    writer.u128(value)
  },
  read: (reader) => BigInt.asIntN(128, reader.u128()),
}
export const u256: Codec<bigint> = {
  ...wide('u256', 32),
  write(value, writer) {
    if (typeof value !== 'bigint' || BigInt.asUintN(256, value) !== value) throw encodeError('Not a u256', value)
    writer.u128(value)
    writer.u128(value >> 128n)
  },
  read: (reader) => reader.u128() | (reader.u128() << 128n),
}

export const bool: Codec<boolean> = {
  type: primitive('bool'),
  typeName: 'bool',
  minSize: 1,
  write: (value, writer) => writer.u8(value ? 1 : 0),
  read(reader) {
    const byte = reader.u8()
    if (byte > 1) throw decodeError(`Not a bool: ${byte}`, reader.at - 1)
    return byte === 1
  },
}

/** Text; encoded as its UTF-8 bytes with a length. */
export const str: Codec<string> = {
  type: primitive('str'),
  typeName: 'String',
  minSize: 1,
  write(value, writer) {
    const bytes = utf8ToBytes(value)
    writer.compact(bytes.length)
    writer.bytes(bytes)
  },
  read: (reader) => bytesToUtf8(reader.bytes(reader.compact())),
}

/** The compact form of an unsigned integer: 1 byte for values below 64. */
export function compact<T extends number | bigint>(of: Codec<T>): Codec<T> {
  const def = of.type().def
  const name = def.kind === 'primitive' ? def.name : 'u128'
  const wide = name === 'u64' || name === 'u128'
  const bits = Number(name.slice(1))
  const limit = 1n << BigInt(bits)
  const write = (value: number | bigint, writer: Parameters<Codec<T>['write']>[1]): void => {
    const fits = wide ? typeof value === 'bigint' : typeof value === 'number' && Number.isInteger(value)
    if (!fits || value < 0 || BigInt(value) >= limit) throw encodeError(`Not a compact ${name}`, value)
    if (typeof value === 'bigint') writer.compactBig(value)
    else writer.compact(value)
  }
  const codec: Codec<number | bigint> = {
    type: once(() => ({ def: { kind: 'compact', of } })),
    typeName: of.typeName,
    minSize: 1,
    write,
    read(reader) {
      if (wide) return reader.compactBig(bits)
      const at = reader.at
      const value = reader.compact()
      if (value >= 2 ** bits) throw decodeError(`Compact number exceeds ${name}`, at)
      return value
    },
  }
  return codec as Codec<T>
}

/** Vec<u8>. */
export const bytes: Codec<Uint8Array> = {
  type: once(() => ({ def: { kind: 'sequence', of: u8 } })),
  typeName: 'Vec<u8>',
  minSize: 1,
  write(value, writer) {
    writer.compact(value.length)
    writer.bytes(value)
  },
  read: (reader) => reader.bytes(reader.compact()),
}

/** [u8; length]. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  return {
    type: once(() => ({ def: { kind: 'array', length, of: u8 } })),
    typeName: `[u8; ${length}]`,
    minSize: length,
    write(value, writer) {
      if (value.length !== length) throw encodeError(`Expected ${length} bytes, got ${value.length}`, '')
      writer.bytes(value)
    },
    read: (reader) => reader.bytes(length),
  }
}

/** [u8; length] with values as hex. */
function fixedHex(length: number, typeName: string, path: string | undefined): Codec<Hex> {
  const array = fixedBytes(length)
  return {
    type: path
      ? once(() => ({ path, def: { kind: 'composite', fields: [{ typeName: `[u8; ${length}]`, codec: array }] } }))
      : array.type,
    typeName,
    minSize: length,
    write(value, writer) {
      const size = hexSize(value, typeName)
      if (size !== length) throw encodeError(`Expected ${length} bytes, got ${size}`, '')
      writer.hex(value, size, typeName)
    },
    read: (reader) => (length === 32 ? reader.hex32() : bytesToHex(reader.bytes(length))),
  }
}

export const accountId: Codec<AccountId> = fixedHex(32, 'T::AccountId', 'sp_core::crypto::AccountId32')
export const h256: Codec<Hex> = fixedHex(32, 'T::Hash', 'primitive_types::H256')
export const h160: Codec<Hex> = fixedHex(20, 'H160', 'primitive_types::H160')
/** [u8; 32] with values as hex. */
export const bytes32: Codec<Hex> = fixedHex(32, '[u8; 32]', undefined)

/** Index of a subnet; a bare u16 in the metadata. */
export const netuid = named('NetUid', u16)
/** Index of a mechanism within a subnet; a bare u8 in the metadata. */
export const mecid = named('MechId', u8)
/** Amount of TAO in rao; a bare u64 in the metadata. */
export const taoBalance = named('TaoBalance', u64)
/** Amount of a subnet's alpha in alpha-rao; a bare u64 in the metadata. */
export const alphaBalance = named('AlphaBalance', u64)
