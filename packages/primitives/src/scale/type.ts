/**
 * What a codec says of itself: the shape from which metadata is made.
 * Names follow `scale-info`; a shape with a `path` is known to clients by that path.
 */
import type { Codec } from './codec.ts'

export type PrimitiveName =
  | 'bool'
  | 'char'
  | 'str'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'u256'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'i128'
  | 'i256'

export interface TypeField {
  readonly name?: string | undefined
  readonly typeName?: string | undefined
  readonly codec: Codec<unknown>
}

export interface TypeVariant {
  readonly name: string
  readonly index: number
  readonly fields: readonly TypeField[]
  readonly docs?: readonly string[] | undefined
}

export type TypeDef =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'composite'; readonly fields: readonly TypeField[] }
  | { readonly kind: 'variant'; readonly variants: readonly TypeVariant[] }
  | { readonly kind: 'sequence'; readonly of: Codec<unknown> }
  | { readonly kind: 'array'; readonly length: number; readonly of: Codec<unknown> }
  | { readonly kind: 'tuple'; readonly of: readonly Codec<unknown>[] }
  | { readonly kind: 'compact'; readonly of: Codec<unknown> }

export interface TypeParam {
  readonly name: string
  readonly codec?: Codec<unknown> | undefined
}

export interface TypeInfo {
  /** Rust path, as `sp_core::crypto::AccountId32`; undefined for built-in shapes. */
  readonly path?: string | undefined
  readonly params?: readonly TypeParam[] | undefined
  readonly def: TypeDef
  readonly docs?: readonly string[] | undefined
}
