import { type Codec, decodePrefix, encode, type Packer, ScaleError } from '@neurite/primitives/scale'

/** One key's content. Decoded value and bytes are each filled in when first needed. */
export class Cell {
  bytes: Uint8Array | undefined
  value: unknown
  /** Codec of `value`; undefined while only bytes are known. */
  codec: Codec<unknown> | undefined
  /** Whether the value makes the very same bytes again. */
  private isMade: boolean

  constructor(bytes: Uint8Array | undefined, value: unknown, codec: Codec<unknown> | undefined) {
    this.bytes = bytes
    this.value = value
    this.codec = codec
    this.isMade = bytes === undefined
  }

  /** Whether the other one is known to hold the very same bytes. */
  isSame(other: Cell): boolean {
    if (this === other) return true
    if (!this.isMade || !other.isMade || this.codec !== other.codec || this.codec === undefined) return false
    return this.value === other.value
  }

  /** Gives up bytes that can be made again. */
  forgetBytes(): void {
    if (this.isMade) this.bytes = undefined
  }

  /** With a `packer` the bytes may lie in one piece of memory with others. */
  toBytes(packer?: Packer): Uint8Array {
    this.bytes ??= packer ? packer.encode(this.codec!, this.value) : encode(this.codec!, this.value)
    return this.bytes
  }

  /**
   * The value as `codec` reads it; undefined when the bytes are none, which only `System.set_storage` can bring about.
   * Bytes after the value are ignored. Both as the reference does: a wrong write by root must not stop the chain.
   */
  // polkadot-sdk substrate/frame/support/src/storage/unhashed.rs get
  as<T>(codec: Codec<T>): T | undefined {
    if (this.codec !== codec) {
      const bytes = this.toBytes()
      this.value = decodeOrNothing(codec, bytes)
      this.codec = codec
      // A value as short as its codec allows has no second form, and nothing behind it.
      this.isMade = this.value !== undefined && bytes.length === codec.minSize
      if (this.isMade) this.bytes = undefined
    }
    return this.value as T | undefined
  }
}

function decodeOrNothing<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  try {
    return decodePrefix(codec, bytes)
  } catch (error) {
    if (error instanceof ScaleError) return undefined
    throw error
  }
}

/** Marks a key as known to be absent. */
export const ABSENT = new Cell(undefined, undefined, undefined)
