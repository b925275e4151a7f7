/** The parts of a storage key: how each is encoded and hashed, and which of them give an entry its seat. */
import { type ByteString, bytesToByteString } from '@neurite/primitives/bytes'
import { blake2_128, twox64 } from '@neurite/primitives/hash'
import { accountId, type Codec, encode, u16 } from '@neurite/primitives/scale'
import { RecentMap } from './recentMap.ts'

export type HasherName = 'Identity' | 'Twox64Concat' | 'Blake2_128Concat'

/** Bytes that a hasher puts before the encoded part. */
export const HASH_LENGTH: Record<HasherName, number> = { Identity: 0, Twox64Concat: 8, Blake2_128Concat: 16 }

/** One part of a map's key: how it is encoded and how it is hashed. */
export interface KeyPart<out T> {
  readonly hasher: HasherName
  readonly codec: Codec<T>
}

export function identity<T>(codec: Codec<T>): KeyPart<T> {
  return { hasher: 'Identity', codec }
}
export function twox64Concat<T>(codec: Codec<T>): KeyPart<T> {
  return { hasher: 'Twox64Concat', codec }
}
export function blake2_128Concat<T>(codec: Codec<T>): KeyPart<T> {
  return { hasher: 'Blake2_128Concat', codec }
}

/** Key parts remembered for each codec and hasher, in the younger generation. */
const REMEMBERED_PARTS = 32_768
type PartMemo = RecentMap<unknown, ByteString>
/** The same accounts are parts of keys of many items, so these are shared. By the codec's writer: names are copies. */
const partMemos = new Map<Codec<any>['write'], Map<HasherName, PartMemo>>()

function partMemo({ codec, hasher }: KeyPart<unknown>): PartMemo {
  const byHasher = partMemos.get(codec.write) ?? new Map<HasherName, PartMemo>()
  partMemos.set(codec.write, byHasher)
  const memo = byHasher.get(hasher) ?? new RecentMap(REMEMBERED_PARTS)
  byHasher.set(hasher, memo)
  return memo
}

/** Key part as bytes, with its hash before it. Memoised: the same accounts come again and again. */
export class PartEncoder {
  readonly part: KeyPart<unknown>
  private readonly memo: PartMemo

  constructor(part: KeyPart<unknown>) {
    this.part = part
    this.memo = partMemo(part)
  }

  key(value: unknown): ByteString {
    const memoise = typeof value !== 'object'
    if (memoise) {
      const known = this.memo.get(value)
      if (known !== undefined) return known
    }
    const bytes = encode(this.part.codec, value)
    const out = this.hash(bytes) + bytesToByteString(bytes)
    if (memoise) this.memo.set(value, out)
    return out
  }

  private hash(bytes: Uint8Array): ByteString {
    switch (this.part.hasher) {
      case 'Identity':
        return ''
      case 'Twox64Concat':
        return bytesToByteString(twox64(bytes))
      case 'Blake2_128Concat':
        return bytesToByteString(blake2_128(bytes))
    }
  }
}

/** Names of the parts that give a key its seat, and how many bytes the parts take. */
export interface SeatParts {
  readonly number: string | undefined
  readonly companion: string | undefined
  readonly length: number
  /** Whether no part is hashed. */
  readonly isPlain: boolean
}

const isNumber = ({ hasher, codec }: KeyPart<unknown>): boolean => hasher === 'Identity' && codec.write === u16.write

/** Companions are compared as values, so each must have one form only. */
function canAccompany({ codec }: KeyPart<unknown>): boolean {
  return codec.write === u16.write || codec.write === accountId.write
}

export function isCompanion(value: unknown): value is string | number {
  return typeof value === 'string' ? value.length === 66 : typeof value === 'number' && value >>> 0 === value
}

export function seatPartsOf(
  parts: readonly (readonly [name: string, part: KeyPart<unknown>])[],
): SeatParts | undefined {
  const number = parts.find(([, part]) => isNumber(part))
  const [companion, ...others] = parts.filter((part) => part !== number)
  if (others.length > 0 || (companion && !canAccompany(companion[1]))) return undefined
  const length = parts.reduce((sum, [, { hasher, codec }]) => sum + HASH_LENGTH[hasher] + codec.minSize, 0)
  const isPlain = parts.every(([, { hasher }]) => hasher === 'Identity')
  return { number: number?.[0], companion: companion?.[0], length, isPlain }
}
