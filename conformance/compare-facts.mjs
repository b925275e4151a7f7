// Differences between two sets of facts (metadata or sources), item by item.

const LISTS = {
  storage: ['modifier', 'hashers', 'keys', 'value', 'default'],
  calls: ['index', 'fields'],
  events: ['index', 'fields'],
  errors: ['index', 'docs', 'fields'],
  constants: ['type', 'value'],
}

/** Rust type names differ by spelling only (`::`, spaces, `<T as Config>::X`): compared without them. */
const fieldsText = (fields) => (fields ?? []).map((field) => `${field.name ?? ''}:${field.type}`).join(', ')

const textOf = (attribute, value) =>
  attribute === 'fields' ? fieldsText(value) : typeof value === 'string' ? value : JSON.stringify(value)

/**
 * What changed from `before` to `after`:
 * `{pallet, kind, name, change: 'added' | 'removed' | 'changed', attribute?, before?, after?}`.
 * A value missing on either side (not evaluated) is not compared.
 */
export function compareFacts(before, after) {
  const differences = []
  const byName = (list) => new Map(list.map((entry) => [entry.name, entry]))
  const walk = (context, oldList, newList, attributes) => {
    const left = byName(oldList)
    const right = byName(newList)
    for (const [name, entry] of left) {
      const other = right.get(name)
      if (other === undefined) differences.push({ ...context, name, change: 'removed' })
      else compareEntry({ ...context, name }, entry, other, attributes)
    }
    for (const name of right.keys()) if (!left.has(name)) differences.push({ ...context, name, change: 'added' })
  }
  const compareEntry = (context, entry, other, attributes) => {
    for (const attribute of attributes) {
      if (attribute !== 'fields' && (entry[attribute] === undefined || other[attribute] === undefined)) continue
      const [a, b] = [textOf(attribute, entry[attribute]), textOf(attribute, other[attribute])]
      if (a !== b) differences.push({ ...context, change: 'changed', attribute, before: a, after: b })
    }
  }

  const pallets = byName(after.pallets)
  for (const pallet of before.pallets) {
    const other = pallets.get(pallet.name)
    if (other === undefined) {
      differences.push({ pallet: pallet.name, kind: 'pallet', name: pallet.name, change: 'removed' })
      continue
    }
    if (pallet.index !== other.index) {
      differences.push({
        pallet: pallet.name,
        kind: 'pallet',
        name: pallet.name,
        change: 'changed',
        attribute: 'index',
        before: String(pallet.index),
        after: String(other.index),
      })
    }
    for (const [kind, attributes] of Object.entries(LISTS)) {
      walk({ pallet: pallet.name, kind }, pallet[kind], other[kind], attributes)
    }
  }
  for (const pallet of after.pallets) {
    if (!before.pallets.some((entry) => entry.name === pallet.name)) {
      differences.push({ pallet: pallet.name, kind: 'pallet', name: pallet.name, change: 'added' })
    }
  }

  const apis = byName(after.apis)
  for (const api of before.apis) {
    const other = apis.get(api.name)
    if (other === undefined) differences.push({ pallet: api.name, kind: 'api', name: api.name, change: 'removed' })
    else {
      const flat = (list) => list.map((method) => ({ ...method, fields: method.inputs }))
      walk({ pallet: api.name, kind: 'api' }, flat(api.methods), flat(other.methods), ['fields', 'output'])
    }
  }
  for (const api of after.apis) {
    if (!before.apis.some((entry) => entry.name === api.name)) {
      differences.push({ pallet: api.name, kind: 'api', name: api.name, change: 'added' })
    }
  }
  return differences
}
