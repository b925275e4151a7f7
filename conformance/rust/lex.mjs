// Tokens of Rust source, with doc comments kept and other comments dropped.

const PUNCTUATION = ['...', '..=', '::', '->', '=>', '==', '!=', '<=', '>=', '&&', '||', '..', '+=', '-=', '*=', '/=']

/** Tokens `{kind, text}`; kinds: ident, lifetime, number, string, char, doc, punct. `>>` stays two `>`. */
export function lex(source) {
  const tokens = []
  let at = 0
  const push = (kind, text, length) => {
    tokens.push({ kind, text })
    at += length
  }
  while (at < source.length) {
    const rest = source.slice(at, at + 4096)
    const char = source[at]
    if (/\s/.test(char)) {
      at++
    } else if (rest.startsWith('//')) {
      const end = source.indexOf('\n', at)
      const line = source.slice(at, end < 0 ? source.length : end)
      // `///` is documentation of the next item, `////` and `//!` are not.
      if (/^\/\/\/(?!\/)/.test(line)) push('doc', line.slice(3), line.length)
      else at += line.length
    } else if (rest.startsWith('/*')) {
      at = skipBlockComment(source, at)
    } else if (/^b?r#*"/.test(rest)) {
      const hashes = /^b?r(#*)"/.exec(rest)[1]
      const open = source.indexOf('"', at)
      const end = source.indexOf(`"${hashes}`, open + 1)
      push('string', source.slice(open + 1, end), end + 1 + hashes.length - at)
    } else if (char === '"' || rest.startsWith('b"')) {
      const open = char === '"' ? at : at + 1
      let end = open + 1
      while (source[end] !== '"') end += source[end] === '\\' ? 2 : 1
      push('string', source.slice(open + 1, end), end + 1 - at)
    } else if (char === "'") {
      const literal = /^'(?:\\.[^']*|[^\\'])'/.exec(rest)
      if (literal) push('char', literal[0], literal[0].length)
      else {
        const name = /^'\w+/.exec(rest)[0]
        push('lifetime', name, name.length)
      }
    } else if (/[A-Za-z_]/.test(char)) {
      const name = /^\w+/.exec(rest)[0]
      push('ident', name, name.length)
    } else if (/[0-9]/.test(char)) {
      const number =
        /^(?:0x[0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:e-?[0-9]+)?)(?:[iuf](?:8|16|32|64|128|size))?/.exec(
          rest,
        )[0]
      push('number', number, number.length)
    } else {
      const wide = PUNCTUATION.find((text) => rest.startsWith(text))
      push('punct', wide ?? char, (wide ?? char).length)
    }
  }
  return tokens
}

function skipBlockComment(source, start) {
  let depth = 0
  let at = start
  do {
    if (source.startsWith('/*', at)) depth++
    else if (source.startsWith('*/', at)) depth--
    at += source.startsWith('/*', at) || source.startsWith('*/', at) ? 2 : 1
  } while (depth > 0)
  return at
}

const OPEN = { '(': ')', '[': ']', '{': '}' }

/** Index just past the bracket that closes the one at `start`. */
export function closing(tokens, start) {
  let depth = 0
  for (let at = start; at < tokens.length; at++) {
    const { kind, text } = tokens[at]
    if (kind !== 'punct') continue
    if (text in OPEN) depth++
    else if (text === ')' || text === ']' || text === '}') {
      depth--
      if (depth === 0) return at + 1
    }
  }
  throw new Error(`unbalanced bracket at token ${start}`)
}

/** Splits tokens at top-level occurrences of `separator`; `<…>` nests too when `angles` is set. */
export function split(tokens, separator, angles = true) {
  const parts = []
  let current = []
  let depth = 0
  for (const token of tokens) {
    const { kind, text } = token
    if (kind === 'punct') {
      if (depth === 0 && text === separator) {
        parts.push(current)
        current = []
        continue
      }
      if (text in OPEN || (angles && text === '<')) depth++
      else if (text === ')' || text === ']' || text === '}' || (angles && text === '>')) depth--
    }
    current.push(token)
  }
  if (current.length > 0) parts.push(current)
  return parts
}

/** Tokens as compact text: no spaces but between two words and after a comma (`Vec<(u64, T::AccountId)>`). */
export function textOf(tokens) {
  let out = ''
  let previous
  for (const token of tokens) {
    if (token.kind === 'doc') continue
    const word = (t) => t !== undefined && t.kind !== 'punct'
    if (word(previous) && word(token)) out += ' '
    if (previous?.text === ',' && ![')', '>', ']'].includes(token.text)) out += ' '
    out += token.kind === 'string' ? JSON.stringify(token.text) : token.text
    previous = token
  }
  return out.replace(/,(?=[)>\]])/g, (comma, offset) => (/\([^(),]*$/.test(out.slice(0, offset)) ? comma : ''))
}
