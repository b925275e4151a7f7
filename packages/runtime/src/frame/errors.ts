/**
 * Dispatch errors: why a call failed. They are values, made once and thrown by `ensure`; the executive turns them into
 * `System.ExtrinsicFailed` and rolls the call's writes back. Any other exception is a bug and stops the block.
 */
import {
  type Codec,
  fixedBytes,
  itemsOf,
  nameEnum,
  struct,
  u8,
  type VariantValue,
  variant,
} from '@neurite/primitives/scale'
import type { PostInfo } from './call.ts'

export const ModuleErrorCodec = struct('sp_runtime::ModuleError', { index: u8, error: fixedBytes(4) })

export const TokenError = nameEnum('sp_runtime::TokenError', [
  'FundsUnavailable',
  'OnlyProvider',
  'BelowMinimum',
  'CannotCreate',
  'UnknownAsset',
  'Frozen',
  'Unsupported',
  'CannotCreateHold',
  'NotExpendable',
  'Blocked',
])

export const ArithmeticError = nameEnum('sp_arithmetic::ArithmeticError', ['Underflow', 'Overflow', 'DivisionByZero'])

export const TransactionalError = nameEnum('sp_runtime::TransactionalError', ['LimitReached', 'NoLayer'])

export const TrieError = nameEnum('sp_runtime::proving_trie::TrieError', [
  'InvalidStateRoot',
  'IncompleteDatabase',
  'ValueAtIncompleteKey',
  'DecoderError',
  'InvalidHash',
  'DuplicateKey',
  'ExtraneousNode',
  'ExtraneousValue',
  'ExtraneousHashReference',
  'InvalidChildReference',
  'ValueMismatch',
  'IncompleteProof',
  'RootMismatch',
  'DecodeError',
])

const cases = {
  Other: itemsOf(),
  CannotLookup: itemsOf(),
  BadOrigin: itemsOf(),
  Module: itemsOf(ModuleErrorCodec),
  ConsumerRemaining: itemsOf(),
  NoProviders: itemsOf(),
  TooManyConsumers: itemsOf(),
  Token: itemsOf(TokenError),
  Arithmetic: itemsOf(ArithmeticError),
  Transactional: itemsOf(TransactionalError),
  Exhausted: itemsOf(),
  Corruption: itemsOf(),
  Unavailable: itemsOf(),
  RootNotAllowed: itemsOf(),
  Trie: itemsOf(TrieError),
}

export type DispatchErrorValue = VariantValue<typeof cases>
export const DispatchErrorCodec: Codec<DispatchErrorValue> = variant('sp_runtime::DispatchError', cases)

/** A failed call. Not an `Error`: it carries no stack, so throwing one is cheap. */
export class DispatchError {
  readonly value: DispatchErrorValue
  /** Name for people, as `SubtensorModule.NotEnoughStake` or `BadOrigin`. */
  readonly code: string
  readonly docs: string
  /** Weight and payment that the failed call reports; see {@link DispatchError.withPostInfo}. */
  readonly postInfo: PostInfo | undefined

  constructor(value: DispatchErrorValue, code: string, docs = '', postInfo?: PostInfo) {
    this.value = value
    this.code = code
    this.docs = docs
    this.postInfo = postInfo
  }

  /** The same error of a call that knows what it really cost. */
  withPostInfo(postInfo: PostInfo): DispatchError {
    return new DispatchError(this.value, this.code, this.docs, postInfo)
  }

  toString(): string {
    return this.docs ? `${this.code}: ${this.docs}` : this.code
  }
}

/** An error of a pallet; its index is its position in the pallet's list. */
export class ModuleError extends DispatchError {
  readonly name: string
  readonly index: number

  constructor(palletIndex: number, palletName: string, index: number, name: string, docs: string) {
    super(
      { type: 'Module', value: { index: palletIndex, error: new Uint8Array([index, 0, 0, 0]) } },
      `${palletName}.${name}`,
      docs,
    )
    this.name = name
    this.index = index
  }
}

const plain = (
  type:
    | 'Other'
    | 'CannotLookup'
    | 'BadOrigin'
    | 'ConsumerRemaining'
    | 'NoProviders'
    | 'TooManyConsumers'
    | 'Exhausted'
    | 'Corruption'
    | 'Unavailable'
    | 'RootNotAllowed',
): DispatchError => new DispatchError({ type }, type)

/** Errors that belong to no pallet. */
export const dispatchErrors = {
  Other: plain('Other'),
  CannotLookup: plain('CannotLookup'),
  BadOrigin: plain('BadOrigin'),
  ConsumerRemaining: plain('ConsumerRemaining'),
  NoProviders: plain('NoProviders'),
  TooManyConsumers: plain('TooManyConsumers'),
  Exhausted: plain('Exhausted'),
  RootNotAllowed: plain('RootNotAllowed'),
  FundsUnavailable: new DispatchError({ type: 'Token', value: 'FundsUnavailable' }, 'Token.FundsUnavailable'),
  OnlyProvider: new DispatchError({ type: 'Token', value: 'OnlyProvider' }, 'Token.OnlyProvider'),
  BelowMinimum: new DispatchError({ type: 'Token', value: 'BelowMinimum' }, 'Token.BelowMinimum'),
  CannotCreate: new DispatchError({ type: 'Token', value: 'CannotCreate' }, 'Token.CannotCreate'),
  Frozen: new DispatchError({ type: 'Token', value: 'Frozen' }, 'Token.Frozen'),
  NotExpendable: new DispatchError({ type: 'Token', value: 'NotExpendable' }, 'Token.NotExpendable'),
  Underflow: new DispatchError({ type: 'Arithmetic', value: 'Underflow' }, 'Arithmetic.Underflow'),
  Overflow: new DispatchError({ type: 'Arithmetic', value: 'Overflow' }, 'Arithmetic.Overflow'),
  DivisionByZero: new DispatchError({ type: 'Arithmetic', value: 'DivisionByZero' }, 'Arithmetic.DivisionByZero'),
} as const

/** Throws `error` unless `condition` holds. */
export function ensure(condition: boolean, error: DispatchError): asserts condition {
  if (!condition) throw error
}

/** `value`, or throws `error` when it is undefined. */
export function ensureSome<T>(value: T | undefined, error: DispatchError): T {
  if (value === undefined) throw error
  return value
}
