/**
 * Binary fixed-point numbers with the rounding of the substrate-fixed crate.
 *
 * A value is a bigint of raw bits: the number times 2^`fraction`. The format is not stored with the value, so every
 * operation goes through its format: `U96F32.mul(a, b)`. Rounding, bit for bit:
 * - `mul`: the wide product shifted right, so floored toward minus infinity;
 * - `div`: truncated toward zero;
 * - to integers and to formats with fewer fraction bits: floored;
 * - plain names saturate at the bounds of the format, `checked*` give undefined instead.
 */
import { NeuriteError } from '../errors/index.ts'
import { toU64 } from './integers.ts'

export interface FixedOptions {
  readonly name: string
  readonly signed: boolean
  /** All bits of the number, sign included. */
  readonly bits: number
  /** Bits after the point. */
  readonly fraction: number
}

export interface Fixed extends FixedOptions {
  readonly one: bigint
  readonly half: bigint
  readonly min: bigint
  readonly max: bigint
  /** Nearest bits inside the range of the format. */
  saturate(bits: bigint): bigint
  /** `bits`, or undefined when outside the range. */
  check(bits: bigint): bigint | undefined
  fromInt(value: bigint | number): bigint
  /** Floor of `numerator / denominator`; 0 when the denominator is 0. */
  fromRatio(numerator: bigint, denominator: bigint): bigint
  /** Bits of the same number in this format, floored and saturated. */
  from(source: Fixed, bits: bigint): bigint
  /** Floor as an integer. */
  toInt(bits: bigint): bigint
  /** Floor as u64: negative gives 0, too large gives 2^64 - 1. */
  toU64(bits: bigint): bigint
  /** Nearest integer, ties away from zero, still in this format. */
  round(bits: bigint): bigint
  /** Double nearest to the number. For display and tests only. */
  toNumber(bits: bigint): number
  add(a: bigint, b: bigint): bigint
  sub(a: bigint, b: bigint): bigint
  mul(a: bigint, b: bigint): bigint
  /** @throws NeuriteError `DivisionByZero` */
  div(a: bigint, b: bigint): bigint
  /** `a / b`, or `fallback` (0 if omitted) when `b` is 0 or the quotient overflows. */
  safeDiv(a: bigint, b: bigint, fallback?: bigint): bigint
  checkedAdd(a: bigint, b: bigint): bigint | undefined
  checkedSub(a: bigint, b: bigint): bigint | undefined
  checkedMul(a: bigint, b: bigint): bigint | undefined
  checkedDiv(a: bigint, b: bigint): bigint | undefined
}

export function createFixed({ name, signed, bits, fraction }: FixedOptions): Fixed {
  const shift = BigInt(fraction)
  const one = 1n << shift
  const min = signed ? -(1n << BigInt(bits - 1)) : 0n
  const max = (1n << BigInt(signed ? bits - 1 : bits)) - 1n

  const saturate = (value: bigint) => (value < min ? min : value > max ? max : value)
  const check = (value: bigint) => (value < min || value > max ? undefined : value)
  const mulBits = (a: bigint, b: bigint) => (a * b) >> shift
  const toInt = (value: bigint) => value >> shift

  function checkedDiv(a: bigint, b: bigint): bigint | undefined {
    return b === 0n ? undefined : check((a << shift) / b)
  }

  return {
    name,
    signed,
    bits,
    fraction,
    one,
    half: one / 2n,
    min,
    max,
    saturate,
    check,
    fromInt: (value) => saturate(BigInt(value) << shift),
    fromRatio(numerator, denominator) {
      if (denominator === 0n) return 0n
      const scaled = numerator << shift
      const quotient = scaled / denominator
      // Below zero an unsigned format saturates in any case.
      const isFloor = !signed || scaled < 0n === denominator < 0n || quotient * denominator === scaled
      return saturate(isFloor ? quotient : quotient - 1n)
    },
    from(source, value) {
      const lost = source.fraction - fraction
      return saturate(lost >= 0 ? value >> BigInt(lost) : value << BigInt(-lost))
    },
    toInt,
    toU64: (value) => toU64(toInt(value)),
    round(value) {
      const magnitude = ((value < 0n ? -value : value) + one / 2n) & ~(one - 1n)
      return saturate(value < 0n ? -magnitude : magnitude)
    },
    toNumber: (value) => Number(value) / Number(one),
    add: (a, b) => saturate(a + b),
    sub: (a, b) => saturate(a - b),
    mul: (a, b) => saturate(mulBits(a, b)),
    div(a, b) {
      if (b === 0n) {
        throw new NeuriteError('DivisionByZero', `${name} division of \`${a}\` by zero.`, {
          details: ['Expected a divisor other than 0; use safeDiv where 0 can happen.'],
        })
      }
      return saturate((a << shift) / b)
    },
    safeDiv: (a, b, fallback = 0n) => checkedDiv(a, b) ?? fallback,
    checkedAdd: (a, b) => check(a + b),
    checkedSub: (a, b) => check(a - b),
    checkedMul: (a, b) => check(mulBits(a, b)),
    checkedDiv,
  }
}

export const I32F32 = createFixed({ name: 'I32F32', signed: true, bits: 64, fraction: 32 })
export const I64F64 = createFixed({ name: 'I64F64', signed: true, bits: 128, fraction: 64 })
export const I96F32 = createFixed({ name: 'I96F32', signed: true, bits: 128, fraction: 32 })
export const U64F64 = createFixed({ name: 'U64F64', signed: false, bits: 128, fraction: 64 })
export const U96F32 = createFixed({ name: 'U96F32', signed: false, bits: 128, fraction: 32 })
