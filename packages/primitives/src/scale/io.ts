/** Byte-level writer and reader of SCALE. All integers are little-endian. */
import { type Hex, hexOf32, putHex } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'

/** Bytes could not be decoded as the expected type. */
export class ScaleError extends NeuriteError<'ScaleDecode' | 'ScaleEncode'> {
  override readonly name = 'ScaleError'
}

/** The error for bytes that do not decode: what is wrong, and at which byte. */
export function decodeError(what: string, at: number): ScaleError {
  return new ScaleError('ScaleDecode', `${what} (at byte ${at}).`)
}

export function encodeError(what: string, value: unknown): ScaleError {
  const text = typeof value === 'object' ? Object.prototype.toString.call(value) : String(value)
  return new ScaleError('ScaleEncode', `${what}: \`${text.slice(0, 80)}\`.`)
}

/** Growing buffer that codecs write to. */
export class Writer {
  private buffer: Uint8Array
  private view: DataView
  length = 0

  constructor(capacity = 64) {
    this.buffer = new Uint8Array(capacity)
    this.view = new DataView(this.buffer.buffer)
  }

  get capacity(): number {
    return this.buffer.length
  }

  private reserve(count: number): number {
    const at = this.length
    const needed = at + count
    if (needed > this.buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2))
      grown.set(this.buffer)
      this.buffer = grown
      this.view = new DataView(grown.buffer)
    }
    this.length = needed
    return at
  }

  u8(value: number): void {
    const at = this.reserve(1)
    this.buffer[at] = value
  }

  u16(value: number): void {
    const at = this.reserve(2)
    this.view.setUint16(at, value, true)
  }

  u32(value: number): void {
    const at = this.reserve(4)
    this.view.setUint32(at, value, true)
  }

  u64(value: bigint): void {
    const at = this.reserve(8)
    this.view.setBigUint64(at, value, true)
  }

  u128(value: bigint): void {
    const at = this.reserve(16)
    // Only the lowest 64 bits are stored.
    this.view.setBigUint64(at, value, true)
    this.view.setBigUint64(at + 8, value >> 64n, true)
  }

  bytes(value: Uint8Array): void {
    const at = this.reserve(value.length)
    this.buffer.set(value, at)
  }

  /** The bytes of `value`, which are `size` many; `title` says what it is, for the error. */
  hex(value: Hex, size: number, title: string): void {
    const at = this.reserve(size)
    putHex(value, this.buffer, at, title)
  }

  /** `value` (a non-negative safe integer) in the compact form. */
  compact(value: number): void {
    if (value < 0x40) this.u8(value << 2)
    else if (value < 0x4000) this.u16((value << 2) | 1)
    else if (value < 0x4000_0000) this.u32(value * 4 + 2)
    else this.compactBig(BigInt(value))
  }

  compactBig(value: bigint): void {
    if (value < 0x4000_0000n) {
      this.compact(Number(value))
      return
    }
    let count = 4
    while (value >> BigInt(8 * count) > 0n) count++
    this.u8(((count - 4) << 2) | 3)
    let rest = value
    for (let i = 0; i < count; i++) {
      this.u8(Number(rest & 0xffn))
      rest >>= 8n
    }
  }

  /** What was written from `start` on, in the writer's own memory: nothing before the end may be written again. */
  since(start: number): Uint8Array {
    return new Uint8Array(this.buffer.buffer, start, this.length - start)
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }
}

/** Where integers of 64 bits are put together: a view for each reader would cost more than most values. */
const word = new DataView(new ArrayBuffer(8))
const wordBytes = new Uint8Array(word.buffer)

/** Cursor over bytes. Every read beyond the end throws {@link ScaleError}. */
export class Reader {
  readonly data: Uint8Array
  at = 0
  /** Nesting of calls within calls; see `runtimeCall`. */
  depth = 0

  constructor(data: Uint8Array, at = 0) {
    this.data = data
    this.at = at
  }

  get remaining(): number {
    return this.data.length - this.at
  }

  private take(count: number): number {
    const at = this.at
    if (count > this.data.length - at) throw decodeError(`Input ends early: ${count} more bytes expected`, at)
    this.at = at + count
    return at
  }

  u8(): number {
    return this.data[this.take(1)]!
  }

  u16(): number {
    const at = this.take(2)
    return this.data[at]! | (this.data[at + 1]! << 8)
  }

  u32(): number {
    const { data } = this
    const at = this.take(4)
    return (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)) >>> 0
  }

  u64(): bigint {
    return this.wordAt(this.take(8))
  }

  u128(): bigint {
    const at = this.take(16)
    const high = this.wordAt(at + 8)
    return high === 0n ? this.wordAt(at) : this.wordAt(at) | (high << 64n)
  }

  private wordAt(at: number): bigint {
    for (let i = 0; i < 8; i++) wordBytes[i] = this.data[at + i]!
    return word.getBigUint64(0, true)
  }

  /** The next 32 bytes as hex: an account or a hash. */
  hex32(): Hex {
    return hexOf32(this.data, this.take(32))
  }

  /** The next `count` bytes, copied. */
  bytes(count: number): Uint8Array {
    const at = this.take(count)
    return this.data.slice(at, at + count)
  }

  /** A compact number of at most 32 bits. Forms longer than needed are refused, as parity-scale-codec does. */
  compact(): number {
    const at = this.at
    const first = this.u8()
    switch (first & 3) {
      case 0:
        return first >> 2
      case 1: {
        const value = (first | (this.u8() << 8)) >> 2
        if (value < 0x40) throw decodeError('Compact number is longer than needed', at)
        return value
      }
      case 2: {
        this.at = at
        const value = this.u32() >>> 2
        if (value < 0x4000) throw decodeError('Compact number is longer than needed', at)
        return value
      }
      default: {
        if (first >> 2 !== 0) throw decodeError('Compact number has more than 32 bits', at)
        const value = this.u32()
        if (value < 0x4000_0000) throw decodeError('Compact number is longer than needed', at)
        return value
      }
    }
  }

  /** A compact number of at most `bits` bits (64 or 128). */
  compactBig(bits: number): bigint {
    const at = this.at
    const first = this.u8()
    if ((first & 3) !== 3) {
      this.at = at
      return BigInt(this.compact())
    }
    const count = (first >> 2) + 4
    if (count * 8 > bits) throw decodeError(`Compact number has more than ${bits} bits`, at)
    let value = 0n
    for (let i = 0; i < count; i++) value |= BigInt(this.u8()) << BigInt(8 * i)
    const shortest = count === 4 ? 0x4000_0000n : 1n << BigInt(8 * (count - 1))
    if (value < shortest) throw decodeError('Compact number is longer than needed', at)
    return value
  }
}
