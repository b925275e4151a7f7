// Turns metadata bytes (V14 or V15) into plain facts that can be compared and read in a diff.
// It decodes with `@polkadot-api/substrate-bindings`, so a mistake in our own codecs cannot hide itself.
import { metadata as metadataCodec } from '@polkadot-api/substrate-bindings'

/**
 * The enums that are lists of pallets or of pallet items. They are compared item by item elsewhere;
 * inside a type they are printed by name only, which also ends the recursion `Call -> Vec<Call>`.
 */
const isOpaque = (path) =>
  /^[a-z_0-9]+_runtime::(Runtime\w+|OriginCaller)$/.test(path) ||
  /::pallet(_\w+)?::(Call|Event|Error)$/.test(path) ||
  /^pallet_\w+::pallet::(Call|Event|Error)$/.test(path)

const text = (lines) => lines.map((line) => line.replace(/^ /, '')).join('\n')

/**
 * Printer of types of one registry.
 * `shape(id)` ignores names of composites and generics: it is what the bytes look like.
 * `full(id)` adds paths and field type names: it is what clients can see.
 */
export function createTypePrinter(lookup) {
  const byId = new Map(lookup.map((entry) => [entry.id, entry]))
  const cache = { full: new Map(), shape: new Map() }
  const busy = new Set()

  function fields(list, mode) {
    const printed = list.map((field) => {
      const type = print(field.type, mode)
      return field.name === undefined ? type : `${field.name}:${type}`
    })
    if (printed.length === 0) return ''
    return list[0].name === undefined ? `(${printed.join(',')})` : `{${printed.join(',')}}`
  }

  function print(id, mode) {
    const known = cache[mode].get(id)
    if (known !== undefined) return known
    const entry = byId.get(id)
    const path = entry.path.join('::')
    if (isOpaque(path)) return path
    if (busy.has(id)) return `^${path}`
    busy.add(id)
    const result = printDefinition(entry, path, mode)
    busy.delete(id)
    cache[mode].set(id, result)
    return result
  }

  function printDefinition(entry, path, mode) {
    const { tag, value } = entry.def
    const name = mode === 'full' ? path : ''
    switch (tag) {
      case 'primitive':
        return value.tag
      case 'compact':
        return `Compact<${print(value, mode)}>`
      case 'sequence':
        return `Vec<${print(value, mode)}>`
      case 'array':
        return `[${print(value.type, mode)};${value.len}]`
      case 'tuple':
        return `(${value.map((part) => print(part, mode)).join(',')})`
      case 'bitSequence':
        return `BitVec<${print(value.bitStoreType, mode)},${print(value.bitOrderType, mode)}>`
      case 'composite':
        return `${name}${fields(value, mode) || '()'}`
      case 'variant':
        if (path === 'Option' && value.length === 2) return `Option<${print(value[1].fields[0].type, mode)}>`
        return `${name}[${value.map((variant) => `${variant.index}=${variant.name}${fields(variant.fields, mode)}`).join('|')}]`
      default:
        throw new Error(`unknown type definition ${tag}`)
    }
  }

  return { full: (id) => print(id, 'full'), shape: (id) => print(id, 'shape'), entry: (id) => byId.get(id) }
}

/**
 * Decoded metadata body and its version (14 or 15). Its shape follows the version, so it is left open.
 * @returns {{ version: number, body: any }}
 */
export function decodeMetadata(bytes) {
  const { metadata } = metadataCodec.dec(bytes)
  return { version: Number(metadata.tag.slice(1)), body: metadata.value }
}

/** Facts of one metadata blob: pallets, runtime APIs, the extrinsic format, outer enums. */
export function normaliseMetadata(bytes) {
  const { version, body } = decodeMetadata(bytes)
  const types = createTypePrinter(body.lookup)
  const variants = (id) => {
    if (id === undefined) return []
    const wanted = typeof id === 'object' ? id.type : id
    return types.entry(wanted).def.value
  }
  const field = (entry) => ({
    ...(entry.name === undefined ? {} : { name: entry.name }),
    type: types.full(entry.type),
    ...(entry.typeName === undefined ? {} : { typeName: entry.typeName }),
  })
  const item = (variant) => ({ index: variant.index, name: variant.name, fields: variant.fields.map(field) })

  const pallets = body.pallets.map((pallet) => ({
    name: pallet.name,
    index: pallet.index,
    storage: (pallet.storage?.items ?? []).map((entry) => storageFacts(entry, types)),
    calls: variants(pallet.calls).map(item),
    events: variants(pallet.events).map(item),
    errors: variants(pallet.errors).map((variant) => ({
      index: variant.index,
      name: variant.name,
      docs: text(variant.docs),
      ...(variant.fields.length > 0 ? { fields: variant.fields.map(field) } : {}),
    })),
    constants: pallet.constants.map((entry) => ({
      name: entry.name,
      type: types.full(entry.type),
      value: entry.value,
    })),
  }))

  const apis = (body.apis ?? []).map((api) => ({
    name: api.name,
    methods: api.methods.map((method) => ({
      name: method.name,
      inputs: method.inputs.map((input) => ({ name: input.name, type: types.full(input.type) })),
      output: types.full(method.output),
    })),
  }))

  const { extrinsic } = body
  return {
    version,
    pallets,
    apis,
    extrinsic: {
      version: extrinsic.version,
      ...(extrinsic.address === undefined
        ? {}
        : { address: types.full(extrinsic.address), signature: types.full(extrinsic.signature) }),
      extensions: extrinsic.signedExtensions.map((extension) => ({
        identifier: extension.identifier,
        type: types.full(extension.type),
        additionalSigned: types.full(extension.additionalSigned),
      })),
    },
    types: namedTypes(body.lookup, types),
    outerEnums:
      body.outerEnums === undefined
        ? {}
        : Object.fromEntries(
            Object.entries(body.outerEnums).map(([kind, id]) => [
              kind,
              {
                path: types.entry(id).path.join('::'),
                variants: types.entry(id).def.value.map((variant) => `${variant.index}=${variant.name}`),
              },
            ]),
          ),
  }
}

/**
 * Named types one level deep, `path -> definitions`. A definition is `fields // names of their types in the source //
 * type parameters`, as `{hotkey:sp_core::crypto::AccountId32} // AccountId // AccountId=…`; a generic type has several.
 */
function namedTypes(lookup, types) {
  const label = (id) => {
    const entry = types.entry(id)
    return entry.path.length > 0 ? entry.path.join('::') : types.shape(id)
  }
  const fields = (list) =>
    list.map((f) => (f.name === undefined ? label(f.type) : `${f.name}:${label(f.type)}`)).join(', ')
  const names = (list) => list.map((f) => f.typeName ?? '?').join(', ')
  const found = new Map()
  for (const entry of lookup) {
    const path = entry.path.join('::')
    if (path === '' || isOpaque(path)) continue
    const { tag, value } = entry.def
    const params = entry.params.map((p) => `${p.name}=${p.type === undefined ? '' : label(p.type)}`).join(', ')
    const [body, typeNames] =
      tag === 'composite'
        ? [`{${fields(value)}}`, names(value)]
        : tag === 'variant'
          ? [
              value.map((v) => `${v.index}=${v.name}(${fields(v.fields)})`).join(' | '),
              value.map((v) => names(v.fields)).join(' | '),
            ]
          : [types.full(entry.id), '']
    const text = `${body} // ${typeNames} // ${params}`
    const known = found.get(path) ?? []
    if (!known.includes(text)) found.set(path, [...known, text])
  }
  const byPath = (a, b) => (a[0] < b[0] ? -1 : 1)
  return Object.fromEntries([...found].sort(byPath))
}

function storageFacts(entry, types) {
  const facts = { name: entry.name, modifier: entry.modifier === 0 ? 'Optional' : 'Default' }
  if (entry.type.tag === 'plain') {
    return { ...facts, hashers: [], keys: [], value: types.full(entry.type.value), default: entry.fallback }
  }
  const { hashers, key, value } = entry.type.value
  const keyEntry = types.entry(key)
  // A tuple key with one hasher per member is an n-map; with a single hasher the tuple itself is the key.
  const keys = hashers.length > 1 ? keyEntry.def.value.map((part) => types.full(part)) : [types.full(key)]
  return {
    ...facts,
    hashers: hashers.map((hasher) => hasher.tag),
    keys,
    value: types.full(value),
    default: entry.fallback,
  }
}
