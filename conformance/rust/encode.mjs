// SCALE bytes of default values, as metadata carries them.

const WIDTH = { u8: 1, u16: 2, u32: 4, u64: 8, u128: 16, i8: 1, i16: 2, i32: 4, i64: 8, i128: 16 }
const FRACTION = { U64F64: 64, I64F64: 64, U96F32: 32, I96F32: 32, I32F32: 32, U110F18: 18 }

function little(value, width) {
  let rest = BigInt.asUintN(width * 8, value)
  let out = ''
  for (let i = 0; i < width; i++) {
    out += Number(rest & 255n)
      .toString(16)
      .padStart(2, '0')
    rest >>= 8n
  }
  return out
}

function compact(value) {
  if (value < 64n) return little(value << 2n, 1)
  if (value < 16384n) return little((value << 2n) | 1n, 2)
  return little((value << 2n) | 2n, 4)
}

/** Fixed-point bits of a literal: `f64` literals are exact binary fractions, rounded to nearest, ties to even. */
function fixedBits(value, fraction) {
  if (typeof value === 'bigint') return value << BigInt(fraction)
  const scaled = value * 2 ** 60
  const exact = BigInt(Math.round(scaled)) // literals here have at most 53 significant bits above 2^-60
  if (fraction >= 60) return exact << BigInt(fraction - 60)
  const drop = BigInt(60 - fraction)
  const floor = exact >> drop
  const rest = exact - (floor << drop)
  const half = 1n << (drop - 1n)
  return rest > half || (rest === half && (floor & 1n) === 1n) ? floor + 1n : floor
}

/** Types whose `Default` is written by hand: the pool starts with weight one half, in 10^-18. */
const DEFAULTS = { 'pallet_subtensor_swap::pallet::balancer::Balancer': { tuple: [500_000_000_000_000_000n] } }

/** Bytes (hex without prefix) of `value` as `type`; undefined when it cannot be told. */
export function encodeValue(type, value, rustType = '') {
  if (value === undefined) return undefined
  const all = (parts) => (parts.some((part) => part === undefined) ? undefined : parts.join(''))
  const zero = typeof value === 'object' && value !== null && value.default === true
  switch (type.k) {
    case 'prim': {
      if (type.name === 'bool') return zero || value === false ? '00' : '01'
      if (type.name === 'str') return zero ? '00' : undefined
      const bits = zero ? 0n : value
      return typeof bits === 'bigint' ? little(bits, WIDTH[type.name]) : undefined
    }
    case 'vec':
      if (value?.bytes !== undefined) {
        const hex = byteString(value.bytes)
        return compact(BigInt(hex.length / 2)) + hex
      }
      return zero || (Array.isArray(value) && value.length === 0) ? '00' : undefined
    case 'array':
      if (value?.bytes !== undefined) return byteString(value.bytes)
      if (!zero) return undefined
      return all(Array.from({ length: Number(type.len) }, () => encodeValue(type.of, value)))
    case 'tuple':
      if (zero) return all(type.of.map((part) => encodeValue(part, value)))
      return value?.tuple === undefined ? undefined : all(type.of.map((part, i) => encodeValue(part, value.tuple[i])))
    case 'compact':
      return zero ? '00' : compact(value)
    case 'option':
      return zero || value === null ? '00' : undefined
    case 'struct': {
      if (type.path.startsWith('substrate_fixed::')) {
        if (zero) return little(0n, WIDTH[type.fields[0].type.name])
        const fraction = FRACTION[rustType] ?? 0
        const amount = typeof value === 'bigint' ? value : value.fixed
        return amount === undefined ? undefined : little(fixedBits(amount, fraction), WIDTH[type.fields[0].type.name])
      }
      const own = zero ? DEFAULTS[type.path]?.tuple : undefined
      if (own !== undefined) return all(type.fields.map((field, i) => encodeValue(field.type, own[i])))
      if (zero) return all(type.fields.map((field) => encodeValue(field.type, value, field.typeName)))
      return type.fields.length === 1 ? encodeValue(type.fields[0].type, value) : undefined
    }
    case 'enum': {
      const index = zero ? type.default : value.variant
      return index === undefined ? undefined : little(BigInt(index), 1)
    }
    default:
      return undefined
  }
}

/** Escapes of a Rust byte string (`\xF0`) or plain ASCII, as hex. */
function byteString(text) {
  let out = ''
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('\\x', at)) {
      out += text.slice(at + 2, at + 4).toLowerCase()
      at += 4
    } else {
      out += text.charCodeAt(at).toString(16).padStart(2, '0')
      at++
    }
  }
  return out
}
