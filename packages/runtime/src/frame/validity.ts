/** Whether the pool may hold an extrinsic, and the reasons why not. */

import { U64_MAX } from '@neurite/primitives/fixed'
import {
  bool,
  bytes,
  itemsOf,
  result,
  struct,
  u8,
  u64,
  type VariantValue,
  variant,
  vec,
} from '@neurite/primitives/scale'

const invalidCases = {
  Call: itemsOf(),
  Payment: itemsOf(),
  Future: itemsOf(),
  Stale: itemsOf(),
  BadProof: itemsOf(),
  AncientBirthBlock: itemsOf(),
  ExhaustsResources: itemsOf(),
  Custom: itemsOf(u8),
  BadMandatory: itemsOf(),
  MandatoryValidation: itemsOf(),
  BadSigner: itemsOf(),
  IndeterminateImplicit: itemsOf(),
  UnknownOrigin: itemsOf(),
}
export type InvalidTransaction = VariantValue<typeof invalidCases>
export const InvalidTransactionCodec = variant('sp_runtime::transaction_validity::InvalidTransaction', invalidCases)

const unknownCases = { CannotLookup: itemsOf(), NoUnsignedValidator: itemsOf(), Custom: itemsOf(u8) }
export type UnknownTransaction = VariantValue<typeof unknownCases>
export const UnknownTransactionCodec = variant('sp_runtime::transaction_validity::UnknownTransaction', unknownCases)

const errorCases = { Invalid: itemsOf(InvalidTransactionCodec), Unknown: itemsOf(UnknownTransactionCodec) }
export type TransactionValidityErrorValue = VariantValue<typeof errorCases>
export const TransactionValidityErrorCodec = variant(
  'sp_runtime::transaction_validity::TransactionValidityError',
  errorCases,
)

/** An extrinsic that the pool refuses or that a block must not contain. */
export class TransactionValidityError {
  readonly value: TransactionValidityErrorValue

  constructor(value: TransactionValidityErrorValue) {
    this.value = value
  }
}

export function invalid(type: Exclude<InvalidTransaction['type'], 'Custom'>): TransactionValidityError {
  return new TransactionValidityError({ type: 'Invalid', value: { type } })
}

/** `Custom error: code`; the numbers are in `customErrors.ts`. */
export function invalidCustom(code: number): TransactionValidityError {
  return new TransactionValidityError({ type: 'Invalid', value: { type: 'Custom', value: code } })
}

export interface ValidTransaction {
  readonly priority: bigint
  /** Tags that must be provided first, as opaque bytes. */
  readonly requires: readonly Uint8Array[]
  readonly provides: readonly Uint8Array[]
  /** Blocks for which the answer holds. */
  readonly longevity: bigint
  readonly propagate: boolean
}

export const ValidTransactionCodec = struct('sp_runtime::transaction_validity::ValidTransaction', {
  priority: u64,
  requires: vec(bytes),
  provides: vec(bytes),
  longevity: u64,
  propagate: bool,
})

export const TransactionValidityCodec = result(ValidTransactionCodec, TransactionValidityErrorCodec)

/** Where an extrinsic comes from, as `TransactionSource`. */
export type TransactionSource = 'InBlock' | 'Local' | 'External'

/** `a` and `b` both have to hold. */
export function combineValidity(a: ValidTransaction, b: Partial<ValidTransaction>): ValidTransaction {
  const sum = a.priority + (b.priority ?? 0n)
  const longevity = b.longevity ?? U64_MAX
  return {
    priority: sum > U64_MAX ? U64_MAX : sum,
    requires: [...a.requires, ...(b.requires ?? [])],
    provides: [...a.provides, ...(b.provides ?? [])],
    longevity: a.longevity < longevity ? a.longevity : longevity,
    propagate: a.propagate && (b.propagate ?? true),
  }
}
