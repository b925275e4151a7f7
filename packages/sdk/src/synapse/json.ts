/**
 * JSON as the axon protocol needs it: limits that hold before anything is built, and numbers as Python reads them
 * (`1.0` is not `1`, and integers have no largest).
 */
import { NeuriteError } from '@neurite/primitives/errors'
import { PyFloat, type PyValue, pyFloatText } from './python-text.ts'

export interface JsonLimits {
  /** Deepest nesting of arrays and objects. @default 32 */
  readonly maxDepth?: number
  /** Most values in all. @default 200 000 */
  readonly maxValues?: number
}

const DEFAULT_MAX_DEPTH = 32
const DEFAULT_MAX_VALUES = 200_000
/** Longest integer in digits; Python itself refuses more than 4300. */
const MAX_INTEGER_DIGITS = 1_000

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
const BLANK = /[ \t\n\r]*/y

function jsonError(what: string, at: number): NeuriteError<'InvalidJson'> {
  return new NeuriteError('InvalidJson', `The JSON is not acceptable: ${what} (at character ${at}).`)
}

class Parser {
  private readonly text: string
  private readonly maxDepth: number
  private valuesLeft: number
  private at = 0

  constructor(text: string, limits: JsonLimits) {
    this.text = text
    this.maxDepth = limits.maxDepth ?? DEFAULT_MAX_DEPTH
    this.valuesLeft = limits.maxValues ?? DEFAULT_MAX_VALUES
  }

  document(): PyValue {
    const value = this.value(0)
    this.blank()
    if (this.at !== this.text.length) throw jsonError('something follows the value', this.at)
    return value
  }

  private blank(): void {
    BLANK.lastIndex = this.at
    BLANK.test(this.text)
    this.at = BLANK.lastIndex
  }

  private value(depth: number): PyValue {
    this.blank()
    if (--this.valuesLeft < 0) throw jsonError('it has too many values', this.at)
    const first = this.text[this.at]
    if (first === '"') return this.string()
    if (first === '{' || first === '[') {
      if (depth >= this.maxDepth) throw jsonError(`it is nested deeper than ${this.maxDepth}`, this.at)
      return first === '{' ? this.object(depth + 1) : this.array(depth + 1)
    }
    if (this.take('true')) return true
    if (this.take('false')) return false
    if (this.take('null')) return null
    return this.number()
  }

  private take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  /** Skips blanks and takes `character`; true if it was there. */
  private token(character: string): boolean {
    this.blank()
    return this.take(character)
  }

  private string(): string {
    const start = this.at
    let end = start + 1
    for (;;) {
      end = this.text.indexOf('"', end)
      if (end < 0) throw jsonError('a string does not end', start)
      // A quote is escaped when an odd number of backslashes stands before it.
      let backslashes = 0
      while (this.text[end - 1 - backslashes] === '\\') backslashes++
      if (backslashes % 2 === 0) break
      end++
    }
    this.at = end + 1
    let text: unknown
    try {
      text = JSON.parse(this.text.slice(start, this.at))
    } catch {
      throw jsonError('a string has a bad escape or control character', start)
    }
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text as string)) {
      throw jsonError('a string has half of a surrogate pair', start)
    }
    return text as string
  }

  private number(): number | bigint | PyFloat {
    NUMBER.lastIndex = this.at
    const match = NUMBER.exec(this.text)
    if (match === null) throw jsonError('a value is expected', this.at)
    const [lexeme, fraction, exponent] = match
    const start = this.at
    this.at += lexeme.length
    const value = Number(lexeme)
    if (fraction !== undefined || exponent !== undefined) {
      if (!Number.isFinite(value)) throw jsonError('a number is too large', start)
      return new PyFloat(value)
    }
    if (Number.isSafeInteger(value)) return value === 0 ? 0 : value
    if (lexeme.length > MAX_INTEGER_DIGITS) throw jsonError('an integer is too long', start)
    return BigInt(lexeme)
  }

  private array(depth: number): PyValue[] {
    this.at++
    const items: PyValue[] = []
    if (this.token(']')) return items
    for (;;) {
      items.push(this.value(depth))
      if (this.token(']')) return items
      if (!this.token(',')) throw jsonError('`,` or `]` is expected', this.at)
    }
  }

  private object(depth: number): Map<string, PyValue> {
    this.at++
    const entries = new Map<string, PyValue>()
    if (this.token('}')) return entries
    for (;;) {
      this.blank()
      if (this.text[this.at] !== '"') throw jsonError('a key is expected', this.at)
      const key = this.string()
      if (!this.token(':')) throw jsonError('`:` is expected', this.at)
      entries.set(key, this.value(depth))
      if (this.token('}')) return entries
      if (!this.token(',')) throw jsonError('`,` or `}` is expected', this.at)
    }
  }
}

/**
 * Value of the JSON `text`, as Python would read it.
 * @throws NeuriteError `InvalidJson`
 */
export function parsePyJson(text: string, limits: JsonLimits = {}): PyValue {
  return new Parser(text, limits).document()
}

/** `value` as ordinary JavaScript: objects, and numbers without a difference between `1` and `1.0`. */
export function pyToPlain(value: PyValue): unknown {
  if (value instanceof PyFloat) return value.value
  if (Array.isArray(value)) return value.map(pyToPlain)
  // fromEntries defines own properties, so a key `__proto__` is a key like any other.
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, pyToPlain(item)]))
  return value
}

/** JSON of `value`; {@link PyFloat} keeps its point and bigints are written out. Undefined fields are left out. */
export function stringifyPyJson(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new NeuriteError('NotJson', `The number \`${value}\` has no JSON form.`)
  }
  if (value instanceof PyFloat) {
    if (!Number.isFinite(value.value))
      throw new NeuriteError('NotJson', `The number \`${value.value}\` has no JSON form.`)
    return pyFloatText(value.value)
  }
  if (Array.isArray(value)) return `[${value.map(stringifyPyJson).join(',')}]`
  if (typeof value === 'object') {
    const entries = value instanceof Map ? [...value] : Object.entries(value)
    const parts = entries
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => `${JSON.stringify(String(key))}:${stringifyPyJson(item)}`)
    return `{${parts.join(',')}}`
  }
  const text = JSON.stringify(value)
  if (text === undefined) throw new NeuriteError('NotJson', `A \`${typeof value}\` has no JSON form.`)
  return text
}
