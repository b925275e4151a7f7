/**
 * Python's `str()` of plain values, byte for byte.
 *
 * The axon protocol signs hashes of `str(value)`, so both sides must agree on how Python writes a list, a float or a
 * quote. JavaScript has one number type and Python two: a whole number counts as `int` unless marked {@link PyFloat}.
 */
import { NeuriteError } from '@neurite/primitives/errors'

/** A number that Python holds as `float` although it may be whole: `1` is written `1`, `new PyFloat(1)` is `1.0`. */
export class PyFloat {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A JSON value that keeps what Python sees: integers of any size, floats, and the order of keys. */
export type PyValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | PyFloat
  | readonly PyValue[]
  | ReadonlyMap<string, PyValue>

/** Python's `repr` of a float: the shortest digits that round-trip, an exponent below 1e-4 and from 1e16. */
export function pyFloatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+'
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const sign = value < 0 ? '-' : ''
  const bare = digits.replace('-', '').replace('.', '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${bare}`
  const whole = bare.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${bare.slice(exponent + 1) || '0'}`
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** What Python does not print as it is: control, format, private and unassigned characters and all blanks but one. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u

/** Python's `repr` of a string: single quotes unless it has single and no double ones. */
function pyStringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let out = quote
  for (const character of text) {
    const escaped = ESCAPES[character]
    if (escaped !== undefined) out += escaped
    else if (character === quote) out += `\\${quote}`
    else if (character === ' ' || !UNPRINTABLE.test(character)) out += character
    else {
      const code = character.codePointAt(0)!
      if (code < 0x100) out += `\\x${code.toString(16).padStart(2, '0')}`
      else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`
      else out += `\\U${code.toString(16).padStart(8, '0')}`
    }
  }
  return out + quote
}

function pyNumberText(value: number): string {
  return Number.isInteger(value) && !Object.is(value, -0) ? String(BigInt(value)) : pyFloatText(value)
}

function pyRepr(value: unknown): string {
  if (typeof value === 'string') return pyStringRepr(value)
  return pyStr(value)
}

/**
 * Python's `str(value)`: strings as they are, `True`, `None`, `[1, 'a']`, `{'k': 1.5}`.
 * @throws NeuriteError `NotPythonText` for a value without a Python twin, such as a function or a Date
 */
export function pyStr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return pyNumberText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value instanceof PyFloat) return pyFloatText(value.value)
  if (Array.isArray(value)) return `[${value.map(pyRepr).join(', ')}]`
  if (value instanceof Map) return entriesText([...value])
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (prototype === Object.prototype || prototype === null) {
    return entriesText(Object.entries(value as object).filter(([, item]) => item !== undefined))
  }
  throw new NeuriteError('NotPythonText', `A \`${typeof value}\` cannot be written as Python does.`, {
    details: ['Expected strings, numbers, booleans, null, arrays and plain objects.'],
  })
}

function entriesText(entries: readonly (readonly [unknown, unknown])[]): string {
  return `{${entries.map(([key, item]) => `${pyRepr(key)}: ${pyRepr(item)}`).join(', ')}}`
}
