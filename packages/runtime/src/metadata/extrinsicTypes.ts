/** What the metadata says of extrinsics. */
import type { Codec } from '@neurite/primitives/scale'

export interface SignedExtensionTypes {
  readonly identifier: string
  /** Bytes in the extrinsic. */
  readonly extra: Codec<unknown>
  /** Bytes that are signed but not sent. */
  readonly additional: Codec<unknown>
}

export interface ExtrinsicTypes {
  readonly version: number
  readonly address: Codec<unknown>
  readonly call: Codec<unknown>
  readonly signature: Codec<unknown>
  readonly extra: Codec<unknown>
  /** The whole extrinsic, as V14 names it. */
  readonly unchecked: Codec<unknown>
  readonly extensions: readonly SignedExtensionTypes[]
}
