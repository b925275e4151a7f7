// The crates of a checkout, indexed: definitions by name, `impl` blocks of the runtime, constants, parameter types.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseItems } from './items.mjs'
import { lex } from './lex.mjs'

const SKIPPED = /^(tests?|mock|benchmarks?|benchmarking|weights|migrations|bls12_381|verifier)(\.rs)?$/

function rustFiles(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.test(entry.name)) return []
    const path = join(directory, entry.name)
    return entry.isDirectory() ? rustFiles(path) : entry.name.endsWith('.rs') ? [path] : []
  })
}

/** Module path of a source file inside its crate: `rpc_info/metagraph.rs` -> ['rpc_info', 'metagraph']. */
function moduleOf(relative) {
  const parts = relative.replace(/\.rs$/, '').split('/')
  return parts.filter((part, index) => !(index === parts.length - 1 && (part === 'lib' || part === 'mod')))
}

export function loadCrate(root, directory) {
  const manifest = readFileSync(join(root, directory, 'Cargo.toml'), 'utf8')
  const name = /name\s*=\s*"([^"]+)"/.exec(manifest)[1].replaceAll('-', '_')
  const source = join(root, directory, 'src')
  const items = rustFiles(source).flatMap((path) => {
    const relative = path.slice(source.length + 1)
    const found = parseItems(lex(readFileSync(path, 'utf8')), moduleOf(relative))
    for (const item of found) item.file = `${directory}/src/${relative}`
    return found
  })
  // The source of the pallet macro is `lib.rs` first; sections follow in any order.
  return { name, directory, items: expandMacros(items) }
}

/** `parameter_types!` and `decl_runtime_apis!` hold plain items. */
function expandMacros(items) {
  return items.flatMap((item) => {
    if (item.kind !== 'macro' || !['parameter_types', 'decl_runtime_apis'].includes(item.name)) return [item]
    const inner = item.name === 'parameter_types' ? parameterTypes(item) : parseItems(item.body, item.module)
    for (const entry of inner) Object.assign(entry, { file: item.file, macro: item.name })
    return inner
  })
}

/** `pub Name: T = value;` without `const` is allowed there, so `const` is put in where it is missing. */
function parameterTypes(item) {
  const tokens = []
  for (let at = 0; at < item.body.length; at++) {
    const token = item.body[at]
    const statementStart = at === 0 || item.body[at - 1].text === ';' || item.body[at - 1].kind === 'doc'
    tokens.push(token)
    const next = item.body[at + 1]
    if (statementStart && token.text === 'pub' && next?.text !== 'const') tokens.push({ kind: 'ident', text: 'const' })
  }
  return parseItems(tokens, item.module)
}

/** Loads the crates and answers look-ups. `directories` are relative to the checkout root. */
export function loadWorld(root, directories) {
  const crates = directories.map((directory) => loadCrate(root, directory))
  const byName = new Map()
  for (const crate of crates) {
    for (const item of crate.items) {
      if (!['struct', 'enum', 'type', 'const', 'fn'].includes(item.kind)) continue
      if (item.attributes.some((text) => text === 'pallet::storage')) continue
      const list = byName.get(item.name) ?? []
      list.push({ crate, item })
      byName.set(item.name, list)
    }
  }
  const runtime = crates.find((crate) => crate.directory === 'runtime')
  const config = new Map()
  for (const item of runtime.items) {
    const match = item.kind === 'impl' ? /^impl (\w+)::Config for Runtime$/.exec(item.header) : null
    if (match === null) continue
    config.set(match[1], new Map(item.items.filter((i) => i.kind === 'type').map((i) => [i.name, i])))
  }

  return {
    crates,
    runtime,
    crate: (name) => crates.find((crate) => crate.name === name),
    /** The associated type a pallet's `T::Name` stands for in the runtime. */
    associated: (crateName, name) => {
      const aliases = { pallet_subtensor_proxy: 'pallet_proxy', pallet_subtensor_utility: 'pallet_utility' }
      return config.get(aliases[crateName] ?? crateName)?.get(name)
    },
    /** A definition by its simple name, seen from `crate`: own crate first, then the only other one. */
    lookup: (name, crate, kinds = ['struct', 'enum', 'type']) => {
      const all = (byName.get(name) ?? []).filter((entry) => kinds.includes(entry.item.kind))
      const own = all.filter((entry) => entry.crate === crate)
      return own[0] ?? all[0]
    },
  }
}
