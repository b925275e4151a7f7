// Holds our metadata against the facts of the reference: what deviates, and what is still missing.

const squash = (text) => (text ?? '').replace(/\s+|,(?=>)/g, '')

const LISTS = {
  storage: ['modifier', 'hashers', 'keys', 'value', 'default'],
  calls: ['index', 'fields', 'typeNames'],
  events: ['index', 'fields', 'typeNames'],
  errors: ['index', 'docs'],
  constants: ['type', 'value'],
}

const ATTRIBUTES = {
  fields: (entry) => (entry.fields ?? []).map((field) => `${field.name ?? ''}:${field.type}`).join(', '),
  typeNames: (entry) => (entry.fields ?? []).map((field) => squash(field.typeName)).join(', '),
}
const show = (entry, attribute) => {
  const read = ATTRIBUTES[attribute]
  if (read !== undefined) return read(entry)
  const value = entry[attribute]
  return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value)
}

/** The facts as a `fast-runtime` build has them. */
function fastFacts(entry) {
  return {
    ...entry,
    ...(entry.defaultFast === undefined ? {} : { default: entry.defaultFast }),
    ...(entry.valueFast === undefined ? {} : { value: entry.valueFast }),
  }
}

/**
 * Every deviation of `ours` from `reference` in what `ours` declares, as `{where, what, ours, reference}`.
 * Things that only the reference has are no deviation; see {@link missingFrom}.
 */
export function deviations(ours, reference, { fast }) {
  const found = []
  const note = (where, what, our, their) => found.push({ where, what, ours: our, reference: their })
  for (const pallet of ours.pallets) {
    const other = reference.pallets.find((entry) => entry.name === pallet.name)
    if (other === undefined) {
      note(pallet.name, 'pallet', 'declared', 'absent')
      continue
    }
    if (pallet.index !== other.index) note(pallet.name, 'index', String(pallet.index), String(other.index))
    for (const [kind, attributes] of Object.entries(LISTS)) {
      for (const entry of pallet[kind]) {
        const where = `${pallet.name}.${kind}.${entry.name}`
        const known = other[kind].find((candidate) => candidate.name === entry.name)
        if (known === undefined) {
          note(where, 'name', 'declared', 'absent')
          continue
        }
        const their = fast ? fastFacts(known) : known
        for (const attribute of attributes) {
          if (attribute === 'typeNames' && show(entry, 'fields') !== show(their, 'fields')) continue
          const [a, b] = [show(entry, attribute), show(their, attribute)]
          // The extractor could not evaluate a few values of the reference.
          if (a !== b && b !== undefined) note(where, attribute, a, b)
        }
      }
    }
  }
  for (const api of ours.apis) {
    const other = reference.apis.find((entry) => entry.name === api.name)
    if (other === undefined) {
      note(`${api.name}`, 'api', 'declared', 'absent')
      continue
    }
    for (const method of api.methods) {
      const where = `${api.name}.${method.name}`
      const known = other.methods.find((candidate) => candidate.name === method.name)
      if (known === undefined) note(where, 'name', 'declared', 'absent')
      else {
        const inputs = (of) => of.inputs.map((input) => `${input.name}:${input.type}`).join(', ')
        if (inputs(method) !== inputs(known)) note(where, 'inputs', inputs(method), inputs(known))
        if (method.output !== known.output) note(where, 'output', method.output, known.output)
      }
    }
  }
  return found
}

/**
 * Per pallet and kind: what the reference has and `ours` lacks, and which of it the unmodified clients use.
 * @returns {{ rows: { pallet: string, missing: Record<string, number>, clients: string[] }[], apis: { api: string, name: string, clients?: unknown }[] }}
 */
export function missingFrom(ours, reference) {
  const rows = []
  for (const other of reference.pallets) {
    const pallet = ours.pallets.find((entry) => entry.name === other.name)
    const row = { pallet: other.name, missing: {}, clients: [] }
    for (const kind of Object.keys(LISTS)) {
      const names = new Set((pallet?.[kind] ?? []).map((entry) => entry.name))
      const missing = other[kind].filter((entry) => !names.has(entry.name))
      row.missing[kind] = missing.length
      row.clients.push(...missing.filter((entry) => entry.clients).map((entry) => `${kind}.${entry.name}`))
    }
    rows.push(row)
  }
  const apis = reference.apis.flatMap((api) => {
    const names = new Set(ours.apis.find((entry) => entry.name === api.name)?.methods.map((m) => m.name) ?? [])
    return api.methods.filter((method) => !names.has(method.name)).map((method) => ({ ...method, api: api.name }))
  })
  return { rows, apis }
}
