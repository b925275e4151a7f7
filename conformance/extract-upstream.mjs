#!/usr/bin/env node
// Writes the facts of a Subtensor checkout: calls, storage, events, errors, constants and runtime APIs of every pallet,
// read from the Rust sources. Pallets of polkadot-sdk are not in that checkout; theirs come from the real metadata.
// Usage: NEURITE_SUBTENSOR_CHECKOUT=<dir> node conformance/extract-upstream.mjs [output.json] [clients.json]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { factsToJson } from './facts-json.mjs'
import { encodeValue } from './rust/encode.mjs'
import { evaluate, isBuildChoice, typeValue } from './rust/evaluate.mjs'
import { closing, lex, split, textOf } from './rust/lex.mjs'
import { createResolver, printType } from './rust/types.mjs'
import { loadWorld } from './rust/world.mjs'

const root = process.env.NEURITE_SUBTENSOR_CHECKOUT
if (root === undefined) {
  console.error('Set NEURITE_SUBTENSOR_CHECKOUT to a Subtensor source checkout.')
  process.exit(2)
}
const [output = new URL('upstream-425.json', import.meta.url), clientsFile] = process.argv.slice(2)
const real = JSON.parse(readFileSync(new URL('upstream-393.json', import.meta.url), 'utf8'))
const clients = clientsFile === undefined ? undefined : JSON.parse(readFileSync(clientsFile, 'utf8'))

/** Crate of each pallet that lives in the checkout; all others are taken from the real metadata. */
const PALLET_CRATES = [
  'pallets/subtensor',
  'pallets/admin-utils',
  'pallets/swap',
  'pallets/commitments',
  'pallets/drand',
  'pallets/crowdloan',
  'pallets/proxy',
  'pallets/shield',
  'pallets/utility',
  'pallets/alpha-assets',
  'pallets/limit-orders',
  'pallets/registry',
]
const OTHER_CRATES = [
  'runtime',
  'common',
  'pallets/subtensor/runtime-api',
  'pallets/swap/runtime-api',
  'pallets/swap-interface',
  'primitives/swap-interface',
  'primitives/share-pool',
  'primitives/safe-math',
  'primitives/shield',
  'precompiles',
]
const directories = [...PALLET_CRATES, ...OTHER_CRATES].filter((path) => existsSync(join(root, path, 'Cargo.toml')))
const world = loadWorld(root, directories)

const fallbackTypes = collectPrinted(real)
const resolver = createResolver(world, (path) => fallbackTypes.get(path))
const scopeOf = (crate) => {
  const scope = { crate, world, trail: [] }
  scope.number = (text) => Number(evaluate(lex(text), scope) ?? Number.NaN)
  return scope
}
const print = (text, scope) => printType(resolver.resolve(text, scope))
const docsOf = (docs) => docs.map((line) => line.replace(/^ /, '')).join('\n')
const has = (item, attribute) => item.attributes.some((text) => text === attribute || text.startsWith(`${attribute}(`))

/** Printed types of the real metadata by path, for names the checkout does not define. */
function collectPrinted(facts) {
  const found = new Map()
  const visit = (text) => {
    for (const match of text.matchAll(/(?<!\w|::)((?:\w+::)+\w+)(?=[([{])/g)) {
      if (found.has(match[1])) continue
      const start = match.index
      let depth = 0
      let at = start + match[1].length
      do {
        if ('([{'.includes(text[at])) depth++
        else if (')]}'.includes(text[at])) depth--
        at++
      } while (depth > 0)
      found.set(match[1], text.slice(start, at))
    }
  }
  const walk = (value) => {
    if (typeof value === 'string') visit(value)
    else if (value !== null && typeof value === 'object') for (const entry of Object.values(value)) walk(entry)
  }
  walk(facts.pallets)
  walk(facts.apis)
  return found
}

function fieldFacts(field, scope) {
  const type = resolver.wrap(field, resolver.resolve(field.type, scope))
  return {
    ...(field.name === undefined ? {} : { name: field.name.replace(/^_/, '') }),
    type: printType(type),
    typeName: field.type,
  }
}

function callFacts(crate, scope) {
  const blocks = crate.items.filter((item) => item.kind === 'impl' && has(item, 'pallet::call'))
  return blocks
    .flatMap((block) => block.items)
    .filter((item) => item.kind === 'fn' && has(item, 'pallet::call_index'))
    .map((item) => {
      const index = item.attributes.map((text) => /^pallet::call_index\((\d+)\)$/.exec(text)?.[1]).find((text) => text)
      const condition = item.attributes.find((text) => text.startsWith('cfg('))
      return {
        index: Number(index),
        name: item.name,
        fields: item.params.slice(1).map((field) => fieldFacts(field, scope)),
        ...(condition === undefined ? {} : { condition }),
      }
    })
    .sort((a, b) => a.index - b.index)
}

const variantFacts = (crate, name, scope) => {
  const found = crate.items.find((item) => item.kind === 'enum' && has(item, `pallet::${name}`))
  const from = scope ?? scopeOf(crate)
  return (found?.variants ?? []).map((variant) => ({
    index: variant.index,
    name: variant.name,
    ...(name === 'error'
      ? { docs: docsOf(variant.docs) }
      : { fields: variant.fields.map((field) => fieldFacts(field, from)) }),
  }))
}

const HASHERS = {
  Blake2_128Concat: 'Blake2128Concat',
  Twox64Concat: 'Twox64Concat',
  Identity: 'Identity',
  Blake2_128: 'Blake2128',
}

function storageFacts(crate, scope) {
  return crate.items
    .filter((item) => item.kind === 'type' && has(item, 'pallet::storage'))
    .flatMap((item) => {
      const open = item.tokens.findIndex((token) => token.text === '<')
      const kind = textOf(item.tokens.slice(0, open))
      const args = split(item.tokens.slice(open + 1, -1), ',').filter(
        (part) => textOf(part) !== '' && !/^\w+=/.test(textOf(part)),
      )
      const [, ...rest] = args
      const keys = keyParts(kind, rest)
      const used = keys.consumed
      const value = rest[used]
      const query = rest[used + 1] === undefined ? 'OptionQuery' : textOf(rest[used + 1])
      const onEmpty = rest[used + 2]
      const type = resolver.resolve(value, scope)
      const facts = {
        name: item.name,
        modifier: query === 'ValueQuery' ? 'Default' : 'Optional',
        hashers: keys.parts.map((part) => HASHERS[textOf(part.hasher)] ?? textOf(part.hasher)),
        keys: keys.parts.map((part) => print(part.type, scope)),
        value: printType(type),
        ...defaultFacts(query, onEmpty, type, textOf(value), scope),
        rust: {
          keys: keys.parts.map((part) => textOf(part.type)),
          value: textOf(value),
          ...(onEmpty ? { onEmpty: textOf(onEmpty) } : {}),
        },
        ...(item.attributes.some((text) => text.startsWith('cfg('))
          ? { condition: item.attributes.find((text) => text.startsWith('cfg(')) }
          : {}),
      }
      if (!kind.startsWith('Counted')) return [facts]
      // A counted map keeps its size in a second item, which metadata lists first.
      const counter = {
        name: `CounterFor${item.name}`,
        modifier: 'Default',
        hashers: [],
        keys: [],
        value: 'u32',
        default: '0x00000000',
        rust: { keys: [], value: 'u32' },
      }
      return [counter, facts]
    })
}

function keyParts(kind, rest) {
  const name = kind.replace(/^Counted/, '')
  if (name === 'StorageValue') return { parts: [], consumed: 0 }
  if (name === 'StorageMap') return { parts: [{ hasher: rest[0], type: rest[1] }], consumed: 2 }
  if (name === 'StorageDoubleMap') {
    return {
      parts: [
        { hasher: rest[0], type: rest[1] },
        { hasher: rest[2], type: rest[3] },
      ],
      consumed: 4,
    }
  }
  const inner = rest[0][0].text === '(' ? split(rest[0].slice(1, closing(rest[0], 0) - 1), ',') : [rest[0]]
  const parts = inner.map((key) => {
    const open = key.findIndex((token) => token.text === '<')
    const [hasher, type] = split(key.slice(open + 1, -1), ',')
    return { hasher, type }
  })
  return { parts, consumed: 1 }
}

function defaultFacts(query, onEmpty, type, rustType, scope) {
  if (query !== 'ValueQuery') return { default: '0x00' }
  const value = onEmpty === undefined ? { default: true } : typeValue(onEmpty, scope)
  return valueFacts('default', type, value, rustType)
}

/** `{name: '0x…'}`, plus `{nameFast}` where the fast-runtime build differs; nothing if it cannot be evaluated. */
function valueFacts(name, type, value, rustType) {
  const hex = (of) => {
    const bytes = encodeValue(type, of, rustType)
    return bytes === undefined ? undefined : `0x${bytes}`
  }
  if (isBuildChoice(value)) return { [name]: hex(value.normal), [`${name}Fast`]: hex(value.fast) }
  const bytes = hex(value)
  return bytes === undefined ? {} : { [name]: bytes }
}

function constantFacts(crate, scope) {
  const traits = crate.items.filter((item) => item.kind === 'trait' && has(item, 'pallet::config'))
  const fromConfig = traits
    .flatMap((item) => item.items)
    .filter((item) => item.kind === 'type' && has(item, 'pallet::constant'))
    .map((item) => {
      const rustType = /^:?Get<([^+]*)>(?:\+.*)?$/.exec(item.bounds)?.[1] ?? item.bounds
      const type = resolver.resolve(rustType, scope)
      const found = world.associated(crate.name, item.name)
      const value = found === undefined ? undefined : typeValue(found.tokens, { ...scope, crate: world.runtime })
      return {
        name: item.name,
        type: printType(type),
        ...valueFacts('value', type, value, rustType),
        typeName: rustType,
      }
    })
  const extra = crate.items
    .filter((item) => item.kind === 'impl' && has(item, 'pallet::extra_constants'))
    .flatMap((item) => item.items)
    .map((item) => {
      const type = resolver.resolve(item.output, scope)
      return {
        name: item.name,
        type: printType(type),
        ...valueFacts('value', type, evaluate(item.body, scope), item.output),
        typeName: item.output,
      }
    })
  return [...fromConfig, ...extra]
}

/** `Name: crate = index` of `construct_runtime!`. */
function runtimePallets() {
  const macro = world.runtime.items.find((item) => item.kind === 'macro' && item.name === 'construct_runtime')
  const open = macro.body.findIndex((token) => token.text === '{')
  return split(macro.body.slice(open + 1, closing(macro.body, open) - 1), ',').map((part) => {
    const tokens = part.filter((token) => token.kind !== 'doc')
    return { name: tokens[0].text, crate: tokens[2].text, index: Number(tokens.at(-1).text) }
  })
}

const CRATE_ALIASES = { pallet_proxy: 'pallet_subtensor_proxy', pallet_utility: 'pallet_subtensor_utility' }

/** Constants of polkadot-sdk pallets that a `fast-runtime` build shortens with the slot: 250 ms instead of 12 s. */
const FAST_CONSTANTS = { 'Timestamp.MinimumPeriod': '0x7d00000000000000', 'Aura.SlotDuration': '0xfa00000000000000' }

function palletFacts({ name, crate: crateName, index }) {
  const crate = world.crate(CRATE_ALIASES[crateName] ?? crateName)
  if (crate === undefined) {
    const known = real.pallets.find((pallet) => pallet.name === name)
    const constants = known.constants.map((constant) => {
      const valueFast = FAST_CONSTANTS[`${name}.${constant.name}`]
      return valueFast === undefined ? constant : { ...constant, valueFast }
    })
    return { name, index, source: 'metadata-393', ...known, constants }
  }
  const scope = scopeOf(crate)
  return {
    name,
    index,
    source: crate.directory,
    storage: storageFacts(crate, scope),
    calls: callFacts(crate, scope),
    events: variantFacts(crate, 'event', scope),
    errors: variantFacts(crate, 'error', scope),
    constants: constantFacts(crate, scope),
  }
}

/** Runtime APIs declared in the checkout; the others are those of the real metadata. */
function apiFacts() {
  const declared = world.crates.flatMap((crate) =>
    crate.items
      .filter((item) => item.kind === 'trait' && item.macro === 'decl_runtime_apis')
      .map((item) => ({
        name: item.name,
        source: crate.directory,
        methods: item.items
          .filter((method) => method.kind === 'fn')
          .map((method) => ({
            name: method.name,
            inputs: method.params.map((param) => ({
              name: param.name,
              type: print(param.type, scopeOf(crate)),
              typeName: param.type,
            })),
            output: print(method.output, scopeOf(crate)),
          })),
      })),
  )
  const implemented = new Set(
    world.runtime.items.flatMap((item) =>
      item.kind === 'macro' && item.name === 'impl_runtime_apis' ? implNames(item.body) : [],
    ),
  )
  const kept = real.apis.filter((api) => implemented.has(api.name) && !declared.some((own) => own.name === api.name))
  return [...implemented].flatMap((name) => {
    const own = declared.find((api) => api.name === name)
    if (own !== undefined) return [own]
    const known = kept.find((api) => api.name === name)
    return known === undefined ? [] : [{ name, source: 'metadata-393', methods: known.methods }]
  })
}

function implNames(tokens) {
  const names = []
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at].text !== 'impl') continue
    const before = textOf(tokens.slice(Math.max(0, at - 12), at))
    const conditional = /#\[cfg\([^\]]*\]$/.test(before)
    const until = tokens.findIndex((token, index) => index > at && (token.text === '<' || token.text === 'for'))
    if (!conditional) names.push(tokens[until - 1].text)
  }
  return names
}

/** Marks what the unmodified clients use, from the machine-readable wire contract. */
function markClients(pallets, apis) {
  if (clients === undefined) return
  const mark = (entry, list) => {
    if (entry !== undefined) entry.clients = list.join(',')
  }
  const pallet = (name) => pallets.find((p) => p.name === name)
  for (const s of clients.storage)
    mark(
      pallet(s.pallet)?.storage.find((e) => e.name === s.item),
      s.usedBy,
    )
  for (const c of clients.calls)
    mark(
      pallet(c.pallet)?.calls.find((e) => e.name === c.call),
      c.usedBy,
    )
  for (const c of clients.constants)
    mark(
      pallet(c.pallet)?.constants.find((e) => e.name === c.constant),
      c.usedBy,
    )
  for (const a of clients.runtimeApis)
    mark(
      apis.find((p) => p.name === a.api)?.methods.find((e) => e.name === a.method),
      a.usedBy,
    )
}

/** A constant this reader cannot evaluate (`1 << 20`, a call) keeps the value the real metadata has for it. */
function fillConstants(pallets) {
  for (const pallet of pallets) {
    const known = real.pallets.find((entry) => entry.name === pallet.name)
    for (const constant of pallet.constants) {
      const same = known?.constants.find((entry) => entry.name === constant.name && entry.type === constant.type)
      if (constant.value === undefined && same !== undefined)
        Object.assign(constant, { value: same.value, from: 'metadata-393' })
    }
  }
}

const version = world.runtime.items.find((item) => item.kind === 'const' && item.name === 'VERSION')
const specVersion = Number(/spec_version:(\d+)/.exec(textOf(version.value))?.[1])
const pallets = runtimePallets().map(palletFacts)
const apis = apiFacts()
fillConstants(pallets)
markClients(pallets, apis)
writeFileSync(output, `${factsToJson({ specVersion, pallets, apis, extrinsic: real.extrinsic }, 4)}\n`)
console.log(`spec ${specVersion}: ${pallets.length} pallets, ${apis.length} runtime APIs`)
for (const [name, where] of resolver.unresolved) console.log(`unresolved type \`${name}\` in ${where}`)
for (const pallet of pallets) {
  const open = [
    ...pallet.storage.filter((s) => s.default === undefined),
    ...pallet.constants.filter((c) => c.value === undefined),
  ]
  if (open.length > 0) console.log(`${pallet.name}: no value for ${open.map((entry) => entry.name).join(', ')}`)
}
