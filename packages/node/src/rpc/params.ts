/**
 * Reading a call's parameters. Every reader names the parameter it failed on; a parameter is found by its position,
 * or by its title when the client sent an object.
 */
import { type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { invalidParams } from './errors.ts'

/** Turns a JSON value into `T`; throws `Invalid params` naming `title`. */
export type ParamReader<T> = (value: unknown, title: string) => T

export class Params {
  readonly #values: readonly unknown[] | Readonly<Record<string, unknown>>

  constructor(values: readonly unknown[] | Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  #at(position: number, title: string): unknown {
    if (Array.isArray(this.#values)) return this.#values[position]
    return Object.hasOwn(this.#values, title) ? (this.#values as Record<string, unknown>)[title] : undefined
  }

  required<T>(position: number, title: string, read: ParamReader<T>): T {
    const value = this.#at(position, title)
    if (value === undefined) throw invalidParams(`\`${title}\` (parameter ${position + 1}) is missing`)
    return read(value, title)
  }

  /** Undefined when the parameter is missing or null. */
  optional<T>(position: number, title: string, read: ParamReader<T>): T | undefined {
    const value = this.#at(position, title)
    return value === undefined || value === null ? undefined : read(value, title)
  }
}

/** A short rendering of `value` for an error message. */
function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

const wrong = (title: string, expected: string, value: unknown) =>
  invalidParams(`\`${title}\` must be ${expected}; got ${preview(value)}`)

export const asString: ParamReader<string> = (value, title) => {
  if (typeof value !== 'string') throw wrong(title, 'a string', value)
  return value
}

export const asBool: ParamReader<boolean> = (value, title) => {
  if (typeof value !== 'boolean') throw wrong(title, 'true or false', value)
  return value
}

export const asU32: ParamReader<number> = (value, title) => {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffff_ffff) {
    throw wrong(title, 'an integer from 0 to 4294967295', value)
  }
  return value as number
}

/** A block number: a JSON integer or hexadecimal digits with `0x`, as `sp_rpc::number::NumberOrHex` reads it. */
export const asNumberOrHex: ParamReader<number> = (value, title) => {
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value) ? Number(value) : value
  if (!Number.isSafeInteger(number) || (number as number) < 0) {
    throw wrong(title, 'a block number (an integer, or hexadecimal digits after 0x)', value)
  }
  return number as number
}

/** Bytes from hexadecimal digits; the `0x` may be missing because async-substrate-interface leaves it out. */
export const asBytes: ParamReader<Uint8Array> = (value, title) => {
  if (typeof value !== 'string') throw wrong(title, 'a hexadecimal string', value)
  try {
    return hexToBytes(value, `\`${title}\``)
  } catch (error) {
    if (isNeuriteError(error)) throw invalidParams(error.shortMessage)
    throw error
  }
}

/** A 32-byte hash, lower case. */
export const asHash: ParamReader<Hash> = (value, title) => {
  if (typeof value !== 'string' || !/^(0x)?[0-9a-fA-F]{64}$/.test(value)) {
    throw wrong(title, 'a hash (64 hexadecimal digits after 0x)', value)
  }
  const lower = value.toLowerCase()
  return (lower.startsWith('0x') ? lower : `0x${lower}`) as Hash
}

/** A list of at most `max` elements, each read by `read`. */
export function asArrayOf<T>(read: ParamReader<T>, max = 100_000): ParamReader<T[]> {
  return (value, title) => {
    if (!Array.isArray(value)) throw wrong(title, 'an array', value)
    if (value.length > max)
      throw invalidParams(`\`${title}\` has ${value.length} elements; at most ${max} are accepted`)
    return value.map((element, index) => read(element, `${title}[${index}]`))
  }
}
