/** The codec: one declaration gives the bytes, the TypeScript type and the metadata of a value. */
import { NeuriteError } from '../errors/index.ts'
import { decodeError, Reader, Writer } from './io.ts'
import type { TypeInfo } from './type.ts'

export interface Codec<out T> {
  /** Phantom: the type of the values. Never read at run time. */
  readonly t?: T
  /** Shape for the metadata. Lazy, because call types contain each other. */
  readonly type: () => TypeInfo
  /** Name of the type as Rust source would write it in a field. Clients match some of these. */
  readonly typeName: string
  /** Fewest bytes that a value takes; bounds the memory that a hostile length can ask for. */
  readonly minSize: number
  write(value: T, writer: Writer): void
  read(reader: Reader): T
}

/** The type of a codec's values. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never

/** Used again and again, because most values are small and many; undefined while an encoding is under way. */
let scratch: Writer | undefined = new Writer(256)
/** A writer that had to grow beyond this is given up. */
const LARGEST_SCRATCH = 64 * 1024

export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = scratch ?? new Writer()
  scratch = undefined
  writer.length = 0
  codec.write(value, writer)
  const out = writer.finish()
  if (writer.capacity <= LARGEST_SCRATCH) scratch = writer
  return out
}

/** What `vec` of the elements' type encodes to, without an array of numbers or bigints in between. */
export function encodeElements(values: Uint8Array | Uint16Array | BigUint64Array): Uint8Array {
  const writer = new Writer(4 + values.byteLength)
  writer.compact(values.length)
  if (values instanceof Uint8Array) writer.bytes(values)
  else if (values instanceof Uint16Array) for (let i = 0; i < values.length; i++) writer.u16(values[i]!)
  else for (let i = 0; i < values.length; i++) writer.u64(values[i]!)
  return writer.since(0)
}

/** Size of the pieces that a {@link Packer} starts with. */
const PIECE = 16 * 1024
/** Room that must be left in a piece for it to be used: most values need less, and so no copy of the piece is made. */
const LEAST_ROOM = 256

/**
 * Encodes many values one behind the other into shared pieces of memory, for whoever lets go of them together: most
 * values are so small that a buffer of its own for each would take many times their bytes.
 */
export class Packer {
  private writer = new Writer(PIECE)

  encode<T>(codec: Codec<T>, value: T): Uint8Array {
    if (this.writer.capacity - this.writer.length < LEAST_ROOM) this.writer = new Writer(PIECE)
    const start = this.writer.length
    codec.write(value, this.writer)
    return this.writer.since(start)
  }
}

/**
 * The value that `bytes` hold, all of them.
 * @throws ScaleError when they do not decode or when bytes are left over.
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes)
  const value = codec.read(reader)
  if (reader.remaining > 0) throw decodeError(`${reader.remaining} bytes are left over`, reader.at)
  return value
}

/** As {@link decode}, but bytes after the value are ignored, as the reference does when it reads storage. */
export function decodePrefix<T>(codec: Codec<T>, bytes: Uint8Array): T {
  return codec.read(new Reader(bytes))
}

/** The same codec under another Rust type name. */
export function named<T>(typeName: string, codec: Codec<T>): Codec<T> {
  return { type: codec.type, typeName, minSize: codec.minSize, write: codec.write, read: codec.read }
}

/** A codec whose values are seen as another type: `from` on decoding, `to` on encoding. */
export function mapped<A, B>(codec: Codec<A>, from: (value: A) => B, to: (value: B) => A): Codec<B> {
  return {
    type: codec.type,
    typeName: codec.typeName,
    minSize: codec.minSize,
    write: (value, writer) => codec.write(to(value), writer),
    read: (reader) => from(codec.read(reader)),
  }
}

/** The codec that `get` returns, asked for only when used: for types that contain themselves. */
export function lazy<T>(typeName: string, get: () => Codec<T>): Codec<T> {
  return {
    type: () => get().type(),
    typeName,
    minSize: 1,
    write: (value, writer) => get().write(value, writer),
    read: (reader) => get().read(reader),
  }
}

/** `type` as a function that builds it once. */
export function once(type: () => TypeInfo): () => TypeInfo {
  let info: TypeInfo | undefined
  return () => {
    info ??= type()
    return info
  }
}

/** Thrown for a declaration that cannot work; a mistake of the programmer, found at start-up. */
export function declarationError(what: string): NeuriteError<'BadDeclaration'> {
  return new NeuriteError('BadDeclaration', what)
}
