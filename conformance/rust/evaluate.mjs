// Constant expressions of the runtime: integers as bigint, fixed-point numbers as {fixed}, bytes, lists.
import { closing, split, textOf } from './lex.mjs'

/** A value that differs between a production build and one with the `fast-runtime` feature. */
export const isBuildChoice = (value) => typeof value === 'object' && value !== null && 'normal' in value

const MAXIMA = { u8: 8n, u16: 16n, u32: 32n, u64: 64n, u128: 128n }

const lift = (value, f) => (isBuildChoice(value) ? { normal: f(value.normal), fast: f(value.fast) } : f(value))
const lift2 = (a, b, f) => lift(a, (x) => lift(b, (y) => f(x, y)))

/**
 * Value of `tokens`, or undefined when the expression is more than this evaluator reads.
 * @param scope `{crate, world}`: where names are looked up
 */
export function evaluate(tokens, scope) {
  const body = tokens.filter((token) => token.kind !== 'doc')
  const value = evaluateSum(stripReturn(body), scope)
  return value
}

function stripReturn(tokens) {
  // `#[allow(…)] expr` and a trailing `;`.
  let out = tokens
  while (out[0]?.text === '#' && out[1]?.text === '[') out = out.slice(closing(out, 1))
  return out
}

function evaluateSum(tokens, scope) {
  for (const operators of [
    ['+', '-'],
    ['*', '/'],
  ]) {
    let depth = 0
    for (let at = tokens.length - 1; at > 0; at--) {
      const { kind, text } = tokens[at]
      if (kind !== 'punct') continue
      if (')]}>'.includes(text)) depth++
      else if ('([{<'.includes(text)) depth--
      else if (
        depth === 0 &&
        operators.includes(text) &&
        !(text === '*' && tokens[at - 1]?.kind === 'punct' && tokens[at - 1].text !== ')')
      ) {
        const left = evaluateSum(tokens.slice(0, at), scope)
        const right = evaluateSum(tokens.slice(at + 1), scope)
        if (left === undefined || right === undefined) return undefined
        return lift2(left, right, (a, b) => {
          if (typeof a !== 'bigint' || typeof b !== 'bigint') return undefined
          return text === '+' ? a + b : text === '-' ? a - b : text === '*' ? a * b : a / b
        })
      }
    }
  }
  return evaluateAtom(tokens, scope)
}

const number = (text) => {
  const digits = text.replace(/_?(?:[iu](?:8|16|32|64|128|size)|f(?:32|64))$/, '').replaceAll('_', '')
  return digits.includes('.') ? Number(digits) : BigInt(digits)
}

function evaluateAtom(given, scope) {
  let tokens = given
  // Conversions that keep the value: `.into()`, `.get()` of a path is handled below, `as u64`.
  for (;;) {
    const text = textOf(tokens.slice(-4))
    if (text.endsWith('.into()') || text.endsWith('.to_vec()')) tokens = tokens.slice(0, -4)
    else if (tokens.at(-2)?.text === 'as') tokens = tokens.slice(0, -2)
    else break
  }
  const [first] = tokens
  if (first === undefined) return undefined
  if (tokens.length === 1) {
    if (first.kind === 'number') return number(first.text)
    if (first.kind === 'string') return { bytes: first.text }
    if (first.text === 'true' || first.text === 'false') return first.text === 'true'
    if (first.text === 'None') return null
    return named(first.text, scope)
  }
  if (first.text === '*') return evaluateAtom(tokens.slice(1), scope)
  if (first.text === '{' || (first.text === '(' && closing(tokens, 0) === tokens.length)) {
    const parts = split(tokens.slice(1, -1), ',', false)
    const values = parts.map((part) => evaluateSum(part, scope))
    return values.length === 1 ? values[0] : { tuple: values }
  }
  if (first.text === 'unsafe') return evaluateAtom(tokens.slice(1), scope)
  const text = textOf(tokens)
  if (text === 'vec![]' || text === 'Vec::new()') return []
  if (/^(Default::default|[\w:<>]+::default|Default::default)\(\)$/.test(text)) return { default: true }
  if (/::decode\(.*TrailingZeroInput::zeroes\(\)\)/.test(text)) return { default: true }
  if (/::ZERO$/.test(text)) return 0n
  const maximum = /^(u\d+)::MAX$/.exec(text)
  if (maximum) return (1n << MAXIMA[maximum[1]]) - 1n
  if (text.startsWith('prod_or_fast!(')) {
    const [normal, fast] = split(tokens.slice(3, -1), ',', false)
    return { normal: evaluateSum(normal, scope), fast: evaluateSum(fast, scope) }
  }
  if (text.startsWith('if cfg!(feature="pow-faucet")')) {
    const close = tokens.findIndex((token) => token.text === '}')
    return evaluateSum(tokens.slice(close + 1), scope)
  }
  return call(tokens, text, scope)
}

function call(tokens, text, scope) {
  const get = /^(?:T|Self)::(\w+)::get\(\)$/.exec(text)
  if (get) return associated(get[1], scope)
  const other = /^([\w]+)(?:::<T>)?::get\(\)$/.exec(text)
  if (other) return named(other[1], scope)
  const path = /^(?:[\w]+::)*([A-Z_0-9]+)$/.exec(text)
  if (path) return named(path[1], scope)
  const open = tokens.findIndex((token) => token.text === '(')
  if (open > 0 && closing(tokens, open) === tokens.length) {
    const head = textOf(tokens.slice(0, open))
    const inside = tokens.slice(open + 1, -1)
    if (/(saturating_from_num|from_num)$/.test(head)) {
      const value = evaluateSum(inside, scope)
      return value === undefined ? undefined : { fixed: value }
    }
    if (/::(new|from|new_unchecked|from_percent|from_parts)$/.test(head) || /^(PalletId|Some|const_u\d+)$/.test(head)) {
      return evaluateSum(inside, scope)
    }
    const constFn = scope.world.lookup(head, scope.crate, ['fn'])
    if (constFn !== undefined && constFn.item.params.length > 0) return applyFunction(constFn, inside, scope)
  }
  const variant = /^(\w+)::(\w+)$/.exec(text)
  if (variant) {
    const found = scope.world.lookup(variant[1], scope.crate, ['enum'])
    const index = found?.item.variants.find((v) => v.name === variant[2])?.index
    if (index !== undefined) return { variant: index }
  }
  return undefined
}

/** `deposit(items, bytes)` is the one function constants use: linear in both, so its two factors suffice. */
function applyFunction({ item }, inside, scope) {
  const args = split(inside, ',', false).map((part) => evaluateSum(part, scope))
  if (args.some((value) => typeof value !== 'bigint')) return undefined
  const factors = [...textOf(item.body).matchAll(/const \w+FEE:\s*u64\s*=\s*([\d_]+)\s*\*\s*([\d_]+)/g)]
  if (factors.length !== 2) return undefined
  return factors.reduce((sum, [, a, b], index) => sum + number(a) * number(b) * args[index], 0n)
}

function associated(name, scope) {
  const found = scope.world.associated(scope.crate.name, name)
  if (found === undefined) return undefined
  return typeValue(found.tokens, { ...scope, crate: scope.world.runtime })
}

/** The value of a type used as `Get<_>`: `ConstU32<5>`, a parameter type, a `type_value` function. */
export function typeValue(tokens, scope) {
  const text = textOf(tokens)
  const constant = /^Const(?:U8|U16|U32|U64|U128|Bool)<(.*)>$/.exec(text)
  if (constant) return evaluateSum(tokens.slice(2, -1), scope)
  const own = /^(?:T|Self)::(\w+)$/.exec(text)
  if (own) return associated(own[1], scope)
  const name = /^(?:\w+::)*(\w+)(?:<.*>)?$/.exec(text)?.[1]
  return name === undefined ? undefined : named(name, scope)
}

function named(name, scope) {
  const found = scope.world.lookup(name, scope.crate, ['const', 'fn', 'type'])
  if (found === undefined) return undefined
  const inner = { ...scope, crate: found.crate }
  if (found.item.kind === 'const') return evaluate(found.item.value, inner)
  if (found.item.kind === 'type') return typeValue(found.item.tokens, inner)
  return found.item.params.length === 0 ? evaluate(found.item.body, inner) : undefined
}
