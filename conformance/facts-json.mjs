// Writes facts as JSON with one entry a line: small, and a changed entry is one changed line in a diff.

/** JSON text in which objects and arrays are opened down to `depth` levels and written on one line below it. */
export function factsToJson(value, depth, indent = '') {
  if (depth === 0 || value === null || typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent} `
  const entries = Array.isArray(value)
    ? value.map((entry) => factsToJson(entry, depth - 1, inner))
    : Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([key, entry]) => `${JSON.stringify(key)}:${factsToJson(entry, depth - 1, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (entries.length === 0) return open + close
  return `${open}\n${entries.map((entry) => inner + entry).join(',\n')}\n${indent}${close}`
}
