/**
 * Checks at the door of the kernel: whatever is wrong is named before anything is computed, instead of yielding wrong
 * numbers. Linear in the uids, not in the weights: their arrays can hold no number out of range.
 */
import { NeuriteError } from '@neurite/primitives/errors'
import { MAX_UIDS } from './room.ts'
import type { EpochInput, EpochParams, SparseU16 } from './types.ts'

const U16_MAX = 65_535
const U64_MAX = (1n << 64n) - 1n
/** U96F32 bits of 1. */
const WHOLE = 1n << 32n

type ArrayKind = 'Float64Array' | 'BigUint64Array' | 'Uint8Array' | 'Uint16Array' | 'Uint32Array'

const PER_UID: readonly (readonly [field: keyof EpochInput, kind: ArrayKind])[] = [
  ['lastUpdate', 'Float64Array'],
  ['registeredAt', 'Float64Array'],
  ['alphaStake', 'BigUint64Array'],
  ['taoStake', 'BigUint64Array'],
  ['validatorPermits', 'Uint8Array'],
]

/** Integers of the input and their largest value. Where the chain stores a u64, any integer may come. */
const NUMBERS: readonly (readonly [field: keyof EpochInput, max: number])[] = [
  ['n', MAX_UIDS],
  ['block', Number.POSITIVE_INFINITY],
  ['tempo', U16_MAX],
  ['activityCutoff', Number.POSITIVE_INFINITY],
  ['lastMechanismStepBlock', Number.POSITIVE_INFINITY],
]

const PARAMS: readonly (readonly [field: keyof EpochParams, min: number, max: number])[] = [
  ['kappa', 0, U16_MAX],
  ['maxAllowedValidators', 0, U16_MAX],
  ['bondsMovingAverage', 0, Number.POSITIVE_INFINITY],
  ['bondsPenalty', 0, U16_MAX],
  ['alphaLow', 0, U16_MAX],
  ['alphaHigh', 0, U16_MAX],
  ['alphaSigmoidSteepness', -32_768, 32_767],
]

/** @throws NeuriteError `InvalidEpochInput` */
export function checkEpochInput(input: EpochInput): void {
  if (!isRecord(input)) throw invalid('is missing', show(input), 'an object')
  for (const [field, max] of NUMBERS) checkInteger(field, input[field], 0, max)
  for (const [field, kind] of PER_UID) checkArray(field, input[field], kind, input.n, 'one per uid')
  checkBlocks('lastUpdate', input.lastUpdate, false)
  checkBlocks('registeredAt', input.registeredAt, false)
  if (input.earliestCommit !== undefined) {
    checkArray('earliestCommit', input.earliestCommit, 'Float64Array', input.n, 'one per uid')
    checkBlocks('earliestCommit', input.earliestCommit, true)
  }
  if (input.ownerUid !== undefined) checkInteger('ownerUid', input.ownerUid, 0, input.n - 1)
  checkAmount('emission', input.emission, U64_MAX)
  checkRows('weights', input.weights, input.n)
  checkRows('bonds', input.bonds, input.n)
  checkParams(input.params)
}

function checkParams(params: EpochParams): void {
  if (!isRecord(params)) throw invalid('`params` is missing', show(params), 'the parameters of the subnet')
  for (const [field, min, max] of PARAMS) checkInteger(`params.${field}`, params[field], min, max)
  checkAmount('params.stakeThreshold', params.stakeThreshold, U64_MAX)
  checkAmount('params.taoWeight', params.taoWeight, WHOLE)
  for (const field of ['yuma3On', 'liquidAlphaOn'] as const) {
    if (typeof params[field] !== 'boolean') throw invalid(`\`params.${field}\``, show(params[field]), 'true or false')
  }
}

/** @throws NeuriteError `InvalidEpochInput` unless the rows are `n` and cover their entries in order. */
export function checkRows(field: string, rows: SparseU16, n: number): void {
  if (!isRecord(rows)) throw invalid(`\`${field}\` is missing`, show(rows), 'rows of (uid, u16)')
  const { rowStart, columns, values } = rows
  if (!isArray(rowStart, 'Uint32Array') || rowStart.length !== n + 1) {
    throw wrongShape(field, `${sizeOf(rowStart)} row offsets`, `${n + 1}, one per uid and the end`)
  }
  const isWhole = isArray(columns, 'Uint16Array') && isArray(values, 'Uint16Array')
  if (!isWhole || columns.length !== values.length || rowStart[n] !== values.length) {
    throw wrongShape(field, `${sizeOf(columns)} columns and ${sizeOf(values)} values`, `${rowStart[n]} of each`)
  }
  if (rowStart[0] !== 0) throw wrongShape(field, `first row offset ${rowStart[0]}`, '0')
  for (let row = 0; row < n; row++) {
    if (rowStart[row]! <= rowStart[row + 1]!) continue
    throw wrongShape(field, `row ${row} from ${rowStart[row]} to ${rowStart[row + 1]}`, 'offsets that do not fall')
  }
}

/** @throws NeuriteError `InvalidEpochInput` unless `value` is an integer of the range. */
export function checkInteger(field: string, value: unknown, min: number, max: number): void {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return
  const range = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`
  throw invalid(`\`${field}\` is out of range`, show(value), `an integer ${range}`)
}

/** @throws NeuriteError `InvalidEpochInput` unless `value` is a bigint of the range. */
export function checkAmount(field: string, value: unknown, max: bigint): void {
  if (typeof value === 'bigint' && value >= 0n && value <= max) return
  throw invalid(`\`${field}\` is out of range`, show(value), `a bigint from 0 to ${max}`)
}

/** @throws NeuriteError `InvalidEpochInput` unless `value` is an array of this kind and length. */
export function checkArray(field: string, value: unknown, kind: ArrayKind, length: number, why: string): void {
  const isKind = isArray(value, kind)
  if (isKind && value.length === length) return
  const given = isKind ? `${value.length} elements` : `${sizeOf(value)} elements of a ${kindOf(value)}`
  throw wrongShape(field, given, `${length}, ${why}${isKind ? '' : `, in a ${kind}`}`)
}

/** @throws NeuriteError `InvalidVector` unless all are u16. */
export function checkU16s(values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (Number.isInteger(value) && value >= 0 && value <= U16_MAX) continue
    throw new NeuriteError('InvalidVector', `Element ${i} of the vector is out of range: ${show(value)}.`, {
      details: [`Expected an integer from 0 to ${U16_MAX}.`],
    })
  }
}

function checkBlocks(field: string, blocks: Float64Array, mayBeNever: boolean): void {
  for (let uid = 0; uid < blocks.length; uid++) {
    const block = blocks[uid]!
    if (Number.isInteger(block) && block >= 0) continue
    if (mayBeNever && block === Number.POSITIVE_INFINITY) continue
    const never = mayBeNever ? ', or Infinity for none' : ''
    throw invalid(`\`${field}\` of uid ${uid} is no block`, show(block), `an integer of at least 0${never}`)
  }
}

/** By name: an array of another realm (a worker, a frame) is no instance of ours. */
function isArray(value: unknown, kind: ArrayKind): value is ArrayLike<unknown> {
  return ArrayBuffer.isView(value) && kindOf(value) === kind
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function sizeOf(value: unknown): string {
  const length = isRecord(value) ? (value as { length?: unknown }).length : undefined
  return typeof length === 'number' ? String(length) : 'no'
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return `\`${value}n\``
  return typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol'
    ? `\`${value === null ? 'null' : typeof value}\``
    : `\`${String(value).slice(0, 40)}\``
}

function wrongShape(field: string, given: string, expected: string): NeuriteError<'InvalidEpochInput'> {
  return new NeuriteError('InvalidEpochInput', `Epoch input \`${field}\` has the wrong shape.`, {
    details: [`Given: ${given}.`, `Expected: ${expected}.`],
  })
}

function invalid(what: string, given: string, expected: string): NeuriteError<'InvalidEpochInput'> {
  return new NeuriteError('InvalidEpochInput', `Epoch input: ${what}.`, {
    details: [`Given: ${given}.`, `Expected: ${expected}.`],
  })
}
