// Decodes bytes by the types that metadata declares, with codecs that are not ours (`scale-ts`): a field that we encode
// otherwise than we describe it cannot hide itself.
import {
  _void,
  Bytes,
  bool,
  compact,
  Enum,
  i8,
  i16,
  i32,
  i64,
  i128,
  Option,
  Struct,
  str,
  Tuple,
  u8,
  u16,
  u32,
  u64,
  u128,
  Vector,
} from 'scale-ts'

const PRIMITIVES = { bool, str, u8, u16, u32, u64, u128, i8, i16, i32, i64, i128 }

const toHex = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`
const fromHex = (hex) => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))

/** Codec that reads bytes as hex text, so that values of both sides compare. */
function hex(codec) {
  const enc = (text) => codec.enc(fromHex(text))
  return Object.assign([enc, (input) => toHex(codec.dec(input))], { enc, dec: (input) => toHex(codec.dec(input)) })
}

/** A function that gives the codec of a type id. */
export function createForeignCodecs(lookup) {
  const byId = new Map(lookup.map((entry) => [entry.id, entry.def]))
  const known = new Map()

  function codecOf(id) {
    if (!known.has(id)) known.set(id, build(byId.get(id)))
    return known.get(id)
  }

  const isByte = (id) => byId.get(id).tag === 'primitive' && byId.get(id).value.tag === 'u8'

  function fieldsOf(fields) {
    if (fields.length === 0) return _void
    if (fields[0].name !== undefined) {
      return Struct(Object.fromEntries(fields.map(({ name, type }) => [name, codecOf(type)])))
    }
    return fields.length === 1 ? codecOf(fields[0].type) : Tuple(...fields.map(({ type }) => codecOf(type)))
  }

  function build({ tag, value }) {
    switch (tag) {
      case 'primitive':
        return PRIMITIVES[value.tag]
      case 'compact':
        return compact
      case 'sequence':
        return isByte(value) ? hex(Bytes()) : Vector(codecOf(value))
      case 'array':
        return isByte(value.type) ? hex(Bytes(value.len)) : Vector(codecOf(value.type), value.len)
      case 'tuple':
        return value.length === 0 ? _void : Tuple(...value.map(codecOf))
      case 'composite':
        return fieldsOf(value)
      case 'variant':
        return variant(value)
      default:
        throw new Error(`no codec for types of kind ${tag}`)
    }
  }

  function variant(cases) {
    const [none, some] = cases
    if (cases.length === 2 && none.name === 'None' && some.name === 'Some') return Option(codecOf(some.fields[0].type))
    const inner = Object.fromEntries(cases.map(({ name, fields }) => [name, fieldsOf(fields)]))
    return Enum(
      inner,
      cases.map(({ index }) => index),
    )
  }

  return codecOf
}

/** The value that `bytes` are; fails unless they are it to the last byte. */
export function decodeWhole(codec, bytes) {
  const value = codec.dec(bytes)
  if (toHex(codec.enc(value)) !== toHex(bytes)) throw new Error(`${toHex(bytes)} is not all of what was read`)
  return value
}
