/** Damage to valid frames: what a hostile or broken sender would send. */
import { pick, type Random } from './random.ts'

/** Compact lengths at the ends of their four forms, forms longer than needed, and lengths no memory holds. */
const LENGTHS = ['00', '04', 'fc', '0101', 'fdff', '02000100', 'feffffff', '0300000040', '03ffffffff', '07ffffffffff']
const BYTES = [0, 1, 2, 3, 4, 5, 0x0b, 0x13, 0x33, 0x7f, 0x80, 0x84, 0xfc, 0xfe, 0xff]

type Bytes = readonly number[]
const splice = (bytes: Bytes, at: number, remove: number, insert: Iterable<number> = []): number[] => [
  ...bytes.slice(0, at),
  ...insert,
  ...bytes.slice(at + remove),
]
const hex = (text: string): number[] => [...Buffer.from(text, 'hex')]

const BYTE_MUTATIONS: readonly ((bytes: Bytes, random: Random, other: Uint8Array) => Bytes)[] = [
  (bytes, random) => {
    const at = random(bytes.length)
    return splice(bytes, at, 1, [bytes[at]! ^ (1 << random(8))])
  },
  (bytes, random) => splice(bytes, random(bytes.length), 1, [pick(random, BYTES)]),
  (bytes, random) => splice(bytes, random(bytes.length), 0, [random(256)]),
  (bytes, random) => splice(bytes, random(bytes.length), 1 + random(8)),
  (bytes, random) => bytes.slice(0, random(bytes.length)),
  // A length where one may stand.
  (bytes, random) => splice(bytes, random(bytes.length), 1 + random(4), hex(pick(random, LENGTHS))),
  // A piece of another frame.
  (bytes, random, other) => {
    const from = random(other.length)
    return splice(bytes, random(bytes.length), random(16), other.slice(from, from + 1 + random(40)))
  },
  // A piece of its own, again and again: lists in lists, calls in calls.
  (bytes, random) => {
    const from = random(bytes.length)
    const piece = bytes.slice(from, from + 1 + random(12))
    return splice(bytes, from, 0, Array.from({ length: 1 + random(40) }, () => piece).flat())
  },
]

/** `frame` with one to four mutations; `other` lends pieces. */
export function mutateBytes(frame: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Bytes = [...frame]
  for (let left = 1 + random(4); left > 0; left--) {
    if (bytes.length === 0) bytes = [random(256)]
    bytes = pick(random, BYTE_MUTATIONS)(bytes, random, other.length === 0 ? frame : other)
  }
  return Uint8Array.from(bytes)
}

/** JSON values of every kind, those on which readers stumble among them. */
const JSON_PIECES = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  '9007199254740993',
  '1'.repeat(400),
  '""',
  '"2.0"',
  '"__proto__"',
  '"constructor"',
  '"0x"',
  '"0xzz"',
  `"0x${'00'.repeat(32)}"`,
  `"${'f'.repeat(64)}"`,
  '"\\ud800"',
  '"\\u0000"',
  '"\\',
  '[]',
  '{}',
  '[[]]',
  '{"__proto__":{}}',
  '{"id":1}',
  '[1,2,3]',
  'nul',
  "'a'",
  '',
]
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g

const TEXT_MUTATIONS: readonly ((text: string, random: Random, other: string) => string)[] = [
  // Another type in the place of a value or a key.
  (text, random) => {
    const tokens = [...text.matchAll(TOKEN)]
    if (tokens.length === 0) return pick(random, JSON_PIECES)
    const { 0: token, index } = pick(random, tokens)
    return text.slice(0, index) + pick(random, JSON_PIECES) + text.slice(index + token.length)
  },
  (text, random) => {
    const at = random(text.length + 1)
    return (
      text.slice(0, at) +
      pick(random, ['[', ']', '{', '}', ',', ':', '"', '\\', ' ', '\n', '\u2028', '\ud800', 'é']) +
      text.slice(at)
    )
  },
  (text, random) => {
    const at = random(text.length + 1)
    return text.slice(0, at) + text.slice(at + 1 + random(6))
  },
  (text, random) => text.slice(0, random(text.length + 1)),
  (text, random, other) => {
    const from = random(other.length + 1)
    const at = random(text.length + 1)
    return text.slice(0, at) + other.slice(from, from + random(60)) + text.slice(at + random(10))
  },
  (text, random) => {
    const depth = pick(random, [1, 2, 31, 33, 127, 129, 3000])
    return '['.repeat(depth) + text + ']'.repeat(depth)
  },
  (text, random) => '{"a":'.repeat(random(200)) + text + '}'.repeat(random(200)),
  (text, random) => `[${Array.from({ length: random(12) }, () => text).join(',')}]`,
  // A member twice.
  (text, random) =>
    text.replace(
      '{',
      `{${pick(random, ['"id":7,', '"method":1,', '"params":{},', '"jsonrpc":null,', '"timeout":[],'])}`,
    ),
]

/** `text` with one to three mutations. Texts stay below 64 kB. */
export function mutateText(text: string, other: string, random: Random): string {
  let out = text
  for (let left = 1 + random(3); left > 0; left--) out = pick(random, TEXT_MUTATIONS)(out, random, other)
  return out.slice(0, 65_536)
}
