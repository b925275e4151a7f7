/**
 * Wire types of a subnet. One declaration gives the TypeScript type, the limits that are checked before anything is
 * used, the JSON on the wire, a JSON Schema for documents, and random valid values for tests and adversaries.
 *
 * Every schema bounds the JSON text it can take ({@link Schema.maxBytes}), so a receiver can refuse a body by its
 * length alone, before parsing it.
 */
import { NeuriteError } from '@neurite/primitives/errors'
import type { Rng } from './rng.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface Schema<T> {
  /** Value for a parsed JSON text. @throws NeuriteError `InvalidMessage` naming the path. */
  decode(json: unknown, path?: string): T
  /** JSON for a value. @throws NeuriteError `InvalidMessage`, or `HiddenOnWire` for a {@link Hidden} value. */
  encode(value: T, path?: string): Json
  /** Longest JSON text of a valid value, in UTF-8 bytes. */
  readonly maxBytes: number
  /** JSON Schema (2020-12). */
  describe(): Json
  /** A random valid value. */
  sample(rng: Rng): T
}

export type ValueOf<S> = S extends Schema<infer T> ? T : never

/** A value the wire refuses: the truth of a task. It has no enumerable part, so no copy of it can leak either. */
export class Hidden<T> {
  readonly #value: T
  constructor(value: T) {
    this.#value = value
  }
  /** The value, for the judge. */
  open(): T {
    return this.#value
  }
  toJSON(): never {
    throw new NeuriteError('HiddenOnWire', 'The truth of a task must not be encoded.', {
      details: ['Put into the ask only what a miner may know.'],
    })
  }
}

export const hidden = <T>(value: T): Hidden<T> => new Hidden(value)

function refuse(path: string, expected: string, found: unknown): NeuriteError {
  if (found instanceof Hidden) found.toJSON()
  return new NeuriteError('InvalidMessage', `Message field \`${path}\` is \`${preview(found)}\`.`, {
    details: [`Expected ${expected}.`],
    data: { path },
  })
}

function preview(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `${value.slice(0, 37)}...` : value
  if (Array.isArray(value)) return `array of ${value.length}`
  if (ArrayBuffer.isView(value)) return `array of ${value.byteLength} bytes`
  return typeof value === 'object' && value !== null ? 'object' : String(value)
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Text of at most `max` characters (UTF-16 units) without lone surrogates. */
function text(max: number, min = 0): Schema<string> {
  const check = (value: unknown, path: string): string => {
    if (typeof value !== 'string' || value.length > max || value.length < min || LONE_SURROGATE.test(value)) {
      throw refuse(path, `text of ${min} to ${max} characters`, value)
    }
    return value
  }
  return {
    decode: (json, path = 'value') => check(json, path),
    encode: (value, path = 'value') => check(value, path),
    maxBytes: 6 * max + 2,
    describe: () => ({ type: 'string', minLength: min, maxLength: max }),
    sample: (rng) => {
      const length = min + rng.below(Math.min(max - min, 40) + 1)
      let out = ''
      for (let i = 0; i < length; i++) out += String.fromCharCode(97 + rng.below(26))
      return out
    },
  }
}

/** Whole number from `min` to `max`. */
function int(min: number, max: number): Schema<number> {
  const check = (value: unknown, path: string): number => {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw refuse(path, `a whole number from ${min} to ${max}`, value)
    }
    return value as number
  }
  return {
    decode: (json, path = 'value') => check(json, path),
    encode: (value, path = 'value') => check(value, path),
    maxBytes: 20,
    describe: () => ({ type: 'integer', minimum: min, maximum: max }),
    sample: (rng) => min + rng.below(max - min + 1),
  }
}

/** List of `min` to `max` items. */
function array<T>(item: Schema<T>, min: number, max: number): Schema<readonly T[]> {
  const check = (value: unknown, path: string): readonly unknown[] => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      throw refuse(path, `a list of ${min} to ${max} items`, value)
    }
    return value
  }
  return {
    decode: (json, path = 'value') => check(json, path).map((entry, i) => item.decode(entry, `${path}[${i}]`)),
    encode: (value, path = 'value') => check(value, path).map((entry, i) => item.encode(entry as T, `${path}[${i}]`)),
    maxBytes: 2 + max * (item.maxBytes + 1),
    describe: () => ({ type: 'array', minItems: min, maxItems: max, items: item.describe() }),
    sample: (rng) => Array.from({ length: min + rng.below(Math.min(max - min, 8) + 1) }, () => item.sample(rng)),
  }
}

/** Up to `max` finite 32-bit floats, on the wire as base64 of their little-endian bytes: a quarter of the digits. */
function floats(max: number, min = 0): Schema<Float32Array> {
  const expected = `base64 of ${min} to ${max} finite 32-bit floats`
  const longest = 4 * Math.ceil((4 * max) / 3)
  const check = (value: Float32Array, path: string): Float32Array => {
    if (!(value instanceof Float32Array) || value.length < min || value.length > max)
      throw refuse(path, expected, value)
    for (let i = 0; i < value.length; i++)
      if (!Number.isFinite(value[i])) throw refuse(`${path}[${i}]`, expected, value[i])
    return value
  }
  return {
    decode: (json, path = 'value') => {
      if (typeof json !== 'string' || json.length > longest || !/^[A-Za-z0-9+/]*={0,2}$/.test(json)) {
        throw refuse(path, expected, json)
      }
      const bytes = base64ToBytes(json)
      if (bytes.length % 4 !== 0) throw refuse(path, expected, json)
      return check(new Float32Array(bytes.buffer, 0, bytes.length / 4), path)
    },
    encode: (value, path = 'value') => {
      const { buffer, byteOffset, byteLength } = check(value, path)
      return bytesToBase64(new Uint8Array(buffer, byteOffset, byteLength))
    },
    maxBytes: longest + 2,
    describe: () => ({ type: 'string', contentEncoding: 'base64', description: expected, maxLength: longest }),
    sample: (rng) => Float32Array.from({ length: min + rng.below(max - min + 1) }, () => rng.normal()),
  }
}

type Fields = { readonly [name: string]: Schema<any> }

/** Object with exactly these fields. Other fields are refused when read and cannot be written. */
function object<F extends Fields>(fields: F): Schema<{ readonly [K in keyof F]: ValueOf<F[K]> }> {
  const names = Object.keys(fields)
  type Value = { readonly [K in keyof F]: ValueOf<F[K]> }
  const check = (value: unknown, path: string): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Hidden) {
      throw refuse(path, `an object with ${names.join(', ')}`, value)
    }
    return value as Record<string, unknown>
  }
  return {
    decode: (json, path = 'message') => {
      const record = check(json, path)
      for (const name of Object.keys(record)) {
        if (!Object.hasOwn(fields, name)) throw refuse(`${path}.${name}`, `only ${names.join(', ')}`, record[name])
      }
      return Object.fromEntries(
        names.map((name) => [name, fields[name]!.decode(record[name], `${path}.${name}`)]),
      ) as Value
    },
    encode: (value, path = 'message') => {
      const record = check(value, path)
      return Object.fromEntries(names.map((name) => [name, fields[name]!.encode(record[name], `${path}.${name}`)]))
    },
    maxBytes: 2 + names.reduce((sum, name) => sum + name.length + 4 + fields[name]!.maxBytes, 0),
    describe: () => ({
      type: 'object',
      additionalProperties: false,
      required: names,
      properties: Object.fromEntries(names.map((name) => [name, fields[name]!.describe()])),
    }),
    sample: (rng) => Object.fromEntries(names.map((name) => [name, fields[name]!.sample(rng)])) as Value,
  }
}

export const s = { text, int, array, floats, object }

// btoa and atob take one character per byte.
function bytesToBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 4096) binary += String.fromCharCode(...bytes.subarray(i, i + 4096))
  return btoa(binary)
}

function base64ToBytes(base64: string): Uint8Array<ArrayBuffer> {
  let binary: string
  try {
    binary = atob(base64)
  } catch (cause) {
    throw new NeuriteError('InvalidMessage', 'A text is not base64.', { cause })
  }
  const out = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i)
  return out
}
