/** The parts of a storage key: how each is encoded and hashed, and which of them give an entry its seat. */
import { type ByteString, bytesToByteString, concatBytes } from '@neurite/primitives/bytes'
import { blake2_128, twox64 } from '@neurite/primitives/hash'
import { accountId, type Codec, encode, u16 } from '@neurite/primitives/scale'
import { RecentMap } from './recentMap.ts'
import type { Companion } from './seats.ts'

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

/** Key parts remembered for each codec and hasher, in the younger generation: both keys of each neuron on 128 full subnets. */
const REMEMBERED_PARTS = 70_000
/** What parts have been encoded to. The last one is found at once: keys that are used together share parts. */
class PartMemo {
  private readonly known = new RecentMap<unknown, ByteString>(REMEMBERED_PARTS)
  private value: unknown
  private part: ByteString | undefined

  get(value: unknown): ByteString | undefined {
    if (value === this.value) return this.part
    const part = this.known.get(value)
    if (part !== undefined) this.hold(value, part)
    return part
  }

  set(value: unknown, part: ByteString): void {
    this.known.set(value, part)
    this.hold(value, part)
  }

  private hold(value: unknown, part: ByteString): void {
    this.value = value
    this.part = part
  }
}

/** The same accounts are parts of keys of many items, so these are shared. By the codec's writer: names are copies. */
const partMemos = new Map<Codec<any>['write'], Map<HasherName, PartMemo>>()

function partMemo({ codec, hasher }: KeyPart<unknown>): PartMemo {
  const byHasher = partMemos.get(codec.write) ?? new Map<HasherName, PartMemo>()
  partMemos.set(codec.write, byHasher)
  const memo = byHasher.get(hasher) ?? new PartMemo()
  byHasher.set(hasher, memo)
  return memo
}

const NO_HASH = new Uint8Array(0)

/** Key part as bytes, with its hash before it. Memoised: the same accounts come again and again. */
export class PartEncoder {
  readonly name: string
  private readonly part: KeyPart<unknown>
  private readonly memo: PartMemo

  constructor(name: string, part: KeyPart<unknown>) {
    this.name = name
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
    // Made anew: a text put together from others, or cut from one, keeps them in memory for as long as it is there.
    const out = bytesToByteString(concatBytes(this.hash(bytes), bytes))
    if (memoise) this.memo.set(value, out)
    return out
  }

  private hash(bytes: Uint8Array): Uint8Array {
    switch (this.part.hasher) {
      case 'Identity':
        return NO_HASH
      case 'Twox64Concat':
        return twox64(bytes)
      case 'Blake2_128Concat':
        return blake2_128(bytes)
    }
  }
}

/** Names of the parts that give a key its seat, and how many bytes all parts take. */
export interface SeatParts {
  readonly number: string | undefined
  /** None, one, or two accounts. */
  readonly companions: readonly string[]
  readonly length: number
  /** Whether no part is hashed. */
  readonly isPlain: boolean
}

const isNumber = ({ codec }: KeyPart<unknown>): boolean => codec.write === u16.write
const isAccount = ({ codec }: KeyPart<unknown>): boolean => codec.write === accountId.write

export function seatPartsOf(
  parts: readonly (readonly [name: string, part: KeyPart<unknown>])[],
): SeatParts | undefined {
  const number = parts.find(([, part]) => isNumber(part))
  const others = parts.filter((part) => part !== number)
  // Companions are compared as values, so each must have one form only.
  const accounts = others.every(([, part]) => isAccount(part)) && others.length <= 2
  const uid = others.length === 1 && others[0]![1].codec.write === u16.write
  if (!accounts && !uid) return undefined
  return {
    number: number?.[0],
    companions: others.map(([name]) => name),
    length: parts.reduce((sum, [, { hasher, codec }]) => sum + HASH_LENGTH[hasher] + codec.minSize, 0),
    isPlain: parts.every(([, { hasher }]) => hasher === 'Identity'),
  }
}

/** Characters of an account. */
const ACCOUNT = 66

/** What stands for the parts beside the number in memory; `NO_COMPANION` for values that no key can be made of. */
export function companionOf(
  key: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Companion | typeof NO_COMPANION {
  if (names.length === 0) return undefined
  const first = key[names[0]!]
  if (names.length === 2) {
    const second = key[names[1]!]
    const both = isAccountText(first) && isAccountText(second)
    return both ? { first, second } : NO_COMPANION
  }
  const isUid = typeof first === 'number' && first >>> 0 === first
  return isUid || isAccountText(first) ? first : NO_COMPANION
}

export const NO_COMPANION = Symbol('no companion')

function isAccountText(value: unknown): value is string {
  return typeof value === 'string' && value.length === ACCOUNT
}

/** One of the parts that {@link companionOf} put together. */
export function partOfCompanion(companion: Companion, names: readonly string[], name: string): unknown {
  if (typeof companion !== 'object') return companion
  return name === names[0] ? companion.first : companion.second
}
