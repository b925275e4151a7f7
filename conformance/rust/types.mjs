// Rust types to the facts of metadata: the same strings `normalise-metadata.mjs` prints for real metadata.
import { closing, lex, split, textOf } from './lex.mjs'

const PRIMITIVES = new Set(['u8', 'u16', 'u32', 'u64', 'u128', 'i8', 'i16', 'i32', 'i64', 'i128', 'bool', 'str'])
const prim = (name) => ({ k: 'prim', name })
const struct = (path, ...fields) => ({ k: 'struct', path, fields })
const unnamed = (type) => ({ type })
const named = (name, type) => ({ name, type })
const vec = (of) => ({ k: 'vec', of })
const opaque = (path) => ({ k: 'opaque', path })
const bytes = (len) => ({ k: 'array', of: prim('u8'), len })
const fixed = (path, bits) => struct(`substrate_fixed::${path}`, named('bits', prim(bits)))

const ACCOUNT = struct('sp_core::crypto::AccountId32', unnamed(bytes(32)))
const H256 = struct('primitive_types::H256', unnamed(bytes(32)))
const H160 = struct('primitive_types::H160', unnamed(bytes(20)))
const u64x = (count) =>
  struct(count === 4 ? 'primitive_types::U256' : '', unnamed({ k: 'array', of: prim('u64'), len: count }))
const DISPATCH_ERROR = { k: 'named393', path: 'sp_runtime::DispatchError' }
const AURA = struct('sp_consensus_aura::sr25519::app_sr25519::Public', unnamed(bytes(32)))

/** `(crate, name)` where the name means something else than usual: an EVM signature is 65 bare bytes. */
const LOCAL = { 'pallet_subtensor Signature': bytes(65) }

/** Types with hand-written metadata: `Data` spells out one variant for every length. */
const HAND_WRITTEN = new Set(['pallet_commitments::types::Data', 'pallet_registry::types::Data'])

/** Types of crates outside the checkout, and the currencies, which describe themselves as bare integers. */
const KNOWN = {
  AccountId: ACCOUNT,
  AccountId32: ACCOUNT,
  AccountIdOf: ACCOUNT,
  H256,
  Hash: H256,
  CallHashOf: H256,
  HashFor: H256,
  HashingFor: H256,
  H160,
  BlockNumber: prim('u32'),
  BlockNumberFor: prim('u32'),
  BlockNumberForSystem: prim('u32'),
  Balance: prim('u64'),
  BalanceOf: prim('u64'),
  TaoBalance: prim('u64'),
  AlphaBalance: prim('u64'),
  TaoCurrency: prim('u64'),
  AlphaCurrency: prim('u64'),
  CurrencyOf: prim('u64'),
  NetUid: prim('u16'),
  MechId: prim('u8'),
  NetUidStorageIndex: prim('u16'),
  Moment: prim('u64'),
  String: prim('str'),
  Percent: struct('sp_arithmetic::per_things::Percent', unnamed(prim('u8'))),
  Perbill: struct('sp_arithmetic::per_things::Perbill', unnamed(prim('u32'))),
  Permill: struct('sp_arithmetic::per_things::Permill', unnamed(prim('u32'))),
  PalletId: struct('frame_support::PalletId', unnamed(bytes(8))),
  Perquintill: struct('sp_arithmetic::per_things::Perquintill', unnamed(prim('u64'))),
  U256: u64x(4),
  AuraId: AURA,
  AuthorityId: AURA,
  U64F64: fixed('FixedU128', 'u128'),
  U96F32: fixed('FixedU128', 'u128'),
  U110F18: fixed('FixedU128', 'u128'),
  I64F64: fixed('FixedI128', 'i128'),
  I96F32: fixed('FixedI128', 'i128'),
  I32F32: fixed('FixedI64', 'i64'),
  TransactionPriority: prim('u64'),
  NonZeroU64: struct('NonZeroU64', unnamed(prim('u64'))),
  ShieldEncKey: struct('bounded_collections::bounded_vec::BoundedVec', unnamed(vec(prim('u8')))),
  DispatchError: DISPATCH_ERROR,
  DispatchResult: { k: 'result', ok: { k: 'tuple', of: [] }, err: DISPATCH_ERROR },
  Weight: { k: 'named393', path: 'sp_weights::weight_v2::Weight' },
  RuntimeCall: opaque('node_subtensor_runtime::RuntimeCall'),
  CallOf: opaque('node_subtensor_runtime::RuntimeCall'),
  OriginCaller: opaque('node_subtensor_runtime::OriginCaller'),
  PalletsOrigin: opaque('node_subtensor_runtime::OriginCaller'),
  PalletsOriginOf: opaque('node_subtensor_runtime::OriginCaller'),
  AccountIdLookupOf: { k: 'named393', path: 'sp_runtime::multiaddress::MultiAddress' },
  MultiSignature: { k: 'named393', path: 'sp_runtime::MultiSignature' },
  Signature: { k: 'named393', path: 'sp_runtime::MultiSignature' },
  MultiSigner: { k: 'named393', path: 'sp_runtime::MultiSigner' },
  Public: { k: 'named393', path: 'sp_runtime::MultiSigner' },
  AuthorityList: vec({
    k: 'tuple',
    of: [struct('sp_consensus_grandpa::app::Public', unnamed(bytes(32))), prim('u64')],
  }),
  BoundedCallOf: { k: 'named393', path: 'frame_support::traits::preimages::Bounded' },
}

const UNITS = { VecDeque: 'Vec', BoundedBTreeSet: 'BTreeSet', WeakBoundedVec: 'BoundedVec' }

/**
 * Resolver of Rust types as one runtime sees them.
 * @param world index of the checkout
 * @param fallback `path -> printed type` of names only real metadata knows (types of polkadot-sdk)
 */
export function createResolver(world, fallback) {
  const unresolved = new Map()

  function resolve(text, scope) {
    return fromTokens(typeof text === 'string' ? lex(text) : text, scope)
  }

  function fromTokens(tokens, scope) {
    const first = tokens[0]
    if (first === undefined) return { k: 'tuple', of: [] }
    if (first.text === '&') return fromTokens(tokens.slice(tokens[1].kind === 'lifetime' ? 2 : 1), scope)
    if (first.text === '(') {
      const inner = tokens.slice(1, closing(tokens, 0) - 1)
      const parts = split(inner, ',')
      return { k: 'tuple', of: parts.map((part) => fromTokens(part, scope)) }
    }
    if (first.text === '[') {
      const [element, length] = split(tokens.slice(1, closing(tokens, 0) - 1), ';')
      return length === undefined
        ? vec(fromTokens(element, scope))
        : { k: 'array', of: fromTokens(element, scope), len: scope.number(textOf(length)) }
    }
    if (first.text === '<') return fromQualified(tokens, scope)
    return fromPath(tokens, scope)
  }

  /** `<T as Trait>::Name` and `<T as Trait>::Name<…>`: the last name decides. */
  function fromQualified(tokens, scope) {
    let depth = 0
    let at = 0
    do {
      if (tokens[at].text === '<') depth++
      else if (tokens[at].text === '>') depth--
      at++
    } while (depth > 0)
    const subject = textOf(tokens.slice(1, at - 1))
    const rest = tokens.slice(at + 1)
    const name = rest.at(-1).text
    if (/Lookup|StaticLookup/.test(subject) && name === 'Source')
      return fallbackType('sp_runtime::multiaddress::MultiAddress')
    return associated(name, scope, subject)
  }

  function associated(name, scope, subject = '') {
    const found = world.associated(scope.crate.name, name)
    if (found !== undefined && !/^(AccountId|Hash|RuntimeCall)$/.test(name)) {
      const inner = { ...scope, crate: world.runtime, generics: undefined }
      return found.value === name ? fromDefinition(name, [], inner) : resolve(found.value, inner)
    }
    if (name in KNOWN) return known(name)
    return unknown(`${subject}::${name}`, scope)
  }

  function fromPath(tokens, scope) {
    let depth = 0
    let cut = tokens.length
    for (let at = 0; at < tokens.length; at++) {
      if (tokens[at].text === '<') {
        if (depth === 0) cut = at
        depth++
      } else if (tokens[at].text === '>') depth--
    }
    const names = tokens
      .slice(0, cut)
      .filter((token) => token.kind === 'ident')
      .map((token) => token.text)
    const args = cut < tokens.length ? split(tokens.slice(cut + 1, -1), ',') : []
    const name = names.at(-1)
    const arg = (index) => fromTokens(args[index], scope)
    if (names.length > 1 && (names[0] === 'T' || names[0] === 'Self')) return associated(name, scope)
    if (scope.generics?.has(name)) return scope.generics.get(name)
    if (PRIMITIVES.has(name)) return prim(name)
    switch (UNITS[name] ?? name) {
      case 'Vec':
        return vec(arg(0))
      case 'Box':
        return arg(0)
      case 'Compact':
        return { k: 'compact', of: arg(0) }
      case 'Option':
        return { k: 'option', of: arg(0) }
      case 'Result':
        return { k: 'result', ok: arg(0), err: arg(1) }
      case 'BoundedVec':
        return struct('bounded_collections::bounded_vec::BoundedVec', unnamed(vec(arg(0))))
      case 'BTreeSet':
        return struct('BTreeSet', unnamed(vec(arg(0))))
      case 'BTreeMap':
        return struct('BTreeMap', unnamed(vec({ k: 'tuple', of: [arg(0), arg(1)] })))
      case 'PhantomData':
        return { k: 'phantom' }
      default:
        return fromDefinition(name, args, scope)
    }
  }

  function fromDefinition(name, args, scope) {
    const local = LOCAL[`${scope.crate.name} ${name}`]
    if (local !== undefined) return local
    const found = world.lookup(name, scope.crate)
    if (found === undefined || (name in KNOWN && found.crate !== scope.crate)) {
      return name in KNOWN ? known(name) : unknown(name, scope)
    }
    const { item, crate } = found
    if (name in KNOWN && item.kind !== 'struct' && item.kind !== 'enum') return known(name)
    if (
      ['NetUid', 'MechId', 'TaoBalance', 'AlphaBalance', 'TaoCurrency', 'AlphaCurrency', 'NetUidStorageIndex'].includes(
        name,
      )
    ) {
      return known(name)
    }
    const generics = new Map()
    item.generics.forEach((parameter, index) => {
      if (args[index] !== undefined && parameter !== 'T') generics.set(parameter, fromTokens(args[index], scope))
      else if (args[index] !== undefined && textOf(args[index]) !== 'T')
        generics.set(parameter, fromTokens(args[index], scope))
    })
    const inner = { ...scope, crate, generics, number: world.numberIn?.(crate) ?? scope.number }
    if (item.kind === 'type') return resolve(item.value, inner)
    const path = [crate.name, ...item.module, name].join('::')
    if (HAND_WRITTEN.has(path)) return fallbackType(path)
    if (scope.trail.includes(path)) return opaque(`^${path}`)
    const deeper = { ...inner, trail: [...scope.trail, path] }
    const fields = (list) =>
      list
        .map((field) => ({ ...field, type: wrap(field, resolve(field.type, deeper)), typeName: field.type }))
        .filter((field) => field.type.k !== 'phantom')
    if (item.kind === 'struct') return { k: 'struct', path, fields: fields(item.fields) }
    const usual = item.variants.find((variant) => variant.attributes.includes('default'))
    return {
      k: 'enum',
      path,
      default: usual?.index,
      variants: item.variants.map((variant) => ({ ...variant, fields: fields(variant.fields) })),
    }
  }

  const wrap = (field, type) => (field.compact ? { k: 'compact', of: type } : type)
  const known = (name) => settle(KNOWN[name])
  const settle = (type) => {
    if (type.k === 'named393') return fallbackType(type.path)
    return type.k === 'result' ? { ...type, ok: settle(type.ok), err: settle(type.err) } : type
  }
  const fallbackType = (path) => ({ k: 'printed', text: fallback(path) ?? `?${path}` })

  function unknown(name, scope) {
    unresolved.set(name, `${scope.crate.name}`)
    return { k: 'printed', text: `?${name}` }
  }

  return { resolve, unresolved, wrap }
}

/** The text `normalise-metadata.mjs` would print for this type. */
export function printType(type) {
  const fields = (list) => {
    if (list.length === 0) return ''
    const printed = list.map((f) => (f.name === undefined ? printType(f.type) : `${f.name}:${printType(f.type)}`))
    return list[0].name === undefined ? `(${printed.join(',')})` : `{${printed.join(',')}}`
  }
  switch (type.k) {
    case 'prim':
      return type.name
    case 'printed':
      return type.text
    case 'opaque':
      return type.path
    case 'vec':
      return `Vec<${printType(type.of)}>`
    case 'array':
      return `[${printType(type.of)};${type.len}]`
    case 'tuple':
      return `(${type.of.map(printType).join(',')})`
    case 'compact':
      return `Compact<${printType(type.of)}>`
    case 'option':
      return `Option<${printType(type.of)}>`
    case 'result':
      return `Result[0=Ok(${printType(type.ok)})|1=Err(${printType(type.err)})]`
    case 'struct':
      return `${type.path}${fields(type.fields) || '()'}`
    case 'enum':
      return `${type.path}[${type.variants.map((v) => `${v.index}=${v.name}${fields(v.fields)}`).join('|')}]`
    default:
      throw new Error(`no text for ${type.k}`)
  }
}
