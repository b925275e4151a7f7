// The items of a Rust file, flat: modules are entered, `impl` and `trait` blocks carry their own items.
import { closing, split, textOf } from './lex.mjs'

const MODIFIERS = new Set(['pub', 'const', 'unsafe', 'async', 'extern', 'default'])

/**
 * Items `{kind, name, docs, attributes, module, …}` in source order.
 * Kinds: mod is flattened; type {value}, const {type, value}, fn {params, output, body},
 * struct {fields}, enum {variants}, impl {header, items}, trait {items}, macro {body}.
 */
export function parseItems(tokens, module = []) {
  const items = []
  let at = 0
  while (at < tokens.length) {
    const { docs, attributes, next } = readAttributes(tokens, at)
    at = next
    if (at >= tokens.length) break
    const start = at
    if (tokens[at].text === 'pub' && tokens[at + 1]?.text === '(') at = closing(tokens, at + 1)
    while (MODIFIERS.has(tokens[at]?.text) && isModifier(tokens, at)) at++
    const base = { docs, attributes, module }
    const word = tokens[at]?.text
    const name = tokens[at + 1]?.text
    const reader = READERS[word]
    if (reader !== undefined && (tokens[at + 1]?.kind === 'ident' || word === 'impl')) {
      const result = reader(tokens, at, { ...base, name })
      at = result.next
      items.push(...result.items)
    } else if (tokens[at]?.kind === 'ident') {
      const macro = readMacro(tokens, at, base)
      at = macro?.next ?? skip(tokens, at)
      if (macro) items.push(macro.item)
    } else at = skip(tokens, Math.max(at, start))
  }
  return items
}

function isModifier(tokens, at) {
  // `const NAME: T` is an item, `const fn` is a modifier.
  return tokens[at].text !== 'const' || ['fn', 'unsafe', 'async', 'extern'].includes(tokens[at + 1]?.text)
}

/** Doc lines and attribute texts before the next item. */
export function readAttributes(tokens, start) {
  const docs = []
  const attributes = []
  let at = start
  for (;;) {
    const token = tokens[at]
    if (token?.kind === 'doc') {
      docs.push(token.text)
      at++
    } else if (token?.text === '#' && (tokens[at + 1]?.text === '[' || tokens[at + 1]?.text === '!')) {
      const open = tokens[at + 1].text === '!' ? at + 2 : at + 1
      const end = closing(tokens, open)
      attributes.push(textOf(tokens.slice(open + 1, end - 1)))
      at = end
    } else return { docs, attributes, next: at }
  }
}

function skip(tokens, start) {
  let at = start
  while (at < tokens.length) {
    const { text, kind } = tokens[at]
    if (kind === 'punct' && text === ';') return at + 1
    if (kind === 'punct' && (text === '(' || text === '[')) at = closing(tokens, at)
    else if (kind === 'punct' && text === '{') return closing(tokens, at)
    else at++
  }
  return at
}

/** Index of the first top-level `text` at or after `start`. */
function find(tokens, start, ...texts) {
  let at = start
  while (at < tokens.length) {
    const { text, kind } = tokens[at]
    if (kind === 'punct' && texts.includes(text)) return at
    at = kind === 'punct' && (text === '(' || text === '[' || text === '{') ? closing(tokens, at) : at + 1
  }
  return at
}

function readMacro(tokens, at, base) {
  let cursor = at
  while (tokens[cursor + 1]?.text === '::') cursor += 2
  if (tokens[cursor + 1]?.text !== '!') return undefined
  const open = tokens[cursor + 2]?.text === '{' || tokens[cursor + 2]?.text === '(' ? cursor + 2 : undefined
  if (open === undefined) return undefined
  const end = closing(tokens, open)
  const body = tokens.slice(open + 1, end - 1)
  return {
    item: { ...base, kind: 'macro', name: tokens[cursor].text, body },
    next: tokens[end]?.text === ';' ? end + 1 : end,
  }
}

/** Generic parameter names, `<T: Config, AccountId>` -> ['T', 'AccountId'], and the index after them. */
function readGenerics(tokens, start) {
  if (tokens[start]?.text !== '<') return { generics: [], next: start }
  let depth = 0
  let at = start
  do {
    if (tokens[at].text === '<') depth++
    else if (tokens[at].text === '>') depth--
    at++
  } while (depth > 0)
  const generics = split(tokens.slice(start + 1, at - 1), ',').map((part) => part.find((t) => t.kind === 'ident')?.text)
  return { generics: generics.filter((name) => name !== undefined), next: at }
}

/** Fields of a struct or variant; `compact` tells a `#[codec(compact)]` or `#[pallet::compact]` field. */
export function readFields(tokens, named) {
  return split(tokens, ',').flatMap((part) => {
    const { docs, attributes, next } = readAttributes(part, 0)
    let at = next
    if (part[at]?.text === 'pub') at = part[at + 1]?.text === '(' ? closing(part, at + 1) : at + 1
    if (at >= part.length) return []
    const compact = attributes.some((text) => /\bcompact\b/.test(text))
    const skipped = attributes.some((text) => /codec\(skip\)/.test(text))
    if (skipped) return []
    if (!named) return [{ type: textOf(part.slice(at)), compact, docs }]
    if (part[at].text === 'mut') at++
    return [{ name: part[at].text, type: textOf(part.slice(at + 2)), compact, docs, attributes }]
  })
}

const READERS = {
  mod(tokens, at, base) {
    const open = at + 2
    if (tokens[open]?.text !== '{') return { items: [], next: open + 1 }
    const end = closing(tokens, open)
    if (base.attributes.some((text) => /^cfg\(test\)/.test(text))) return { items: [], next: end }
    const section = base.attributes.some((text) => text === 'pallet_section')
    const module = section ? [...base.module.slice(0, 0), 'pallet'] : [...base.module, base.name]
    return { items: parseItems(tokens.slice(open + 1, end - 1), module), next: end }
  },
  type(tokens, at, base) {
    const { generics, next } = readGenerics(tokens, at + 2)
    const end = find(tokens, next, ';')
    const equals = find(tokens.slice(0, end), next, '=')
    const value = tokens.slice(equals + 1, end)
    const bounds = tokens.slice(next + 1, Math.min(equals, end))
    return {
      items: [{ ...base, kind: 'type', generics, value: textOf(value), tokens: value, bounds: textOf(bounds) }],
      next: end + 1,
    }
  },
  const(tokens, at, base) {
    const end = find(tokens, at, ';')
    const equals = find(tokens.slice(0, end), at, '=')
    const type = textOf(tokens.slice(at + 3, equals))
    return { items: [{ ...base, kind: 'const', type, value: tokens.slice(equals + 1, end) }], next: end + 1 }
  },
  fn(tokens, at, base) {
    const { generics, next } = readGenerics(tokens, at + 2)
    const params = closing(tokens, next)
    const stop = find(tokens, params, '{', ';')
    const output = tokens.slice(params, stop)
    const where = output.findIndex((token) => token.text === 'where')
    const end = tokens[stop]?.text === '{' ? closing(tokens, stop) : stop + 1
    const item = {
      ...base,
      kind: 'fn',
      generics,
      params: readFields(tokens.slice(next + 1, params - 1), true),
      output: output[0]?.text === '->' ? textOf(output.slice(1, where < 0 ? undefined : where)) : '()',
      body: tokens[stop]?.text === '{' ? tokens.slice(stop + 1, end - 1) : [],
    }
    return { items: [item], next: end }
  },
  struct(tokens, at, base) {
    const { generics, next } = readGenerics(tokens, at + 2)
    const open = find(tokens, next, '{', '(', ';')
    if (tokens[open]?.text === ';')
      return { items: [{ ...base, kind: 'struct', generics, fields: [] }], next: open + 1 }
    // A `where` clause may hold brackets of its own only inside `<>`; the first `{` or `(` opens the fields.
    const end = closing(tokens, open)
    const named = tokens[open].text === '{'
    const fields = readFields(tokens.slice(open + 1, end - 1), named)
    return { items: [{ ...base, kind: 'struct', generics, fields }], next: named ? end : find(tokens, end, ';') + 1 }
  },
  enum(tokens, at, base) {
    const { generics, next } = readGenerics(tokens, at + 2)
    const open = find(tokens, next, '{')
    const end = closing(tokens, open)
    return {
      items: [{ ...base, kind: 'enum', generics, variants: readVariants(tokens.slice(open + 1, end - 1)) }],
      next: end,
    }
  },
  impl(tokens, at, base) {
    const open = find(tokens, at, '{')
    const end = closing(tokens, open)
    const header = textOf(tokens.slice(at, open))
    const items = parseItems(tokens.slice(open + 1, end - 1), base.module)
    return { items: [{ ...base, kind: 'impl', name: undefined, header, items }], next: end }
  },
  trait(tokens, at, base) {
    const open = find(tokens, at, '{')
    const end = closing(tokens, open)
    const items = parseItems(tokens.slice(open + 1, end - 1), base.module)
    return { items: [{ ...base, kind: 'trait', items }], next: end }
  },
}

function readVariants(tokens) {
  let index = 0
  return split(tokens, ',').flatMap((part) => {
    const { docs, attributes, next } = readAttributes(part, 0)
    if (next >= part.length) return []
    const open = part[next + 1]?.text
    const explicit = attributes.map((text) => /codec\(index=(\d+)/.exec(text)?.[1]).find((text) => text !== undefined)
    const equals = open === '=' ? part[next + 2].text : undefined
    if (explicit !== undefined || equals !== undefined) index = Number(explicit ?? equals)
    const fields =
      open === '{' || open === '(' ? readFields(part.slice(next + 2, closing(part, next + 1) - 1), open === '{') : []
    return [{ index: index++, name: part[next].text, docs, attributes, fields }]
  })
}
