/**
 * Our metadata against the facts of the reference runtime: names, positions, types, hashers, defaults and error texts
 * of everything we declare are those of spec 425, but for the deviations listed, with their reasons, in
 * `deviations.json`. What is still missing is printed, not failed.
 */
import { readFileSync } from 'node:fs'
import { bytesToHex } from '@neurite/primitives/bytes'
import { COMPAT_SDK10, createRuntime, FAST_PROFILE, NORMAL_PROFILE, type RuntimeProfile } from '@neurite/runtime'
import { describe, expect, test } from 'vitest'
import { deviations, missingFrom } from './compare-ours.mjs'
import { decodeMetadata, normaliseMetadata } from './normalise-metadata.mjs'

const load = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
const spec425 = load('upstream-425.json')
const spec393 = load('upstream-393.json')
const accepted: Record<string, string> = load('deviations.json').accepted

// Signatures play no part in metadata.
const host = { verify: () => false }
const metadata = {
  normal: (version: 14 | 15) => createRuntime({ profile: NORMAL_PROFILE, host }).metadata(version),
  fast: (version: 14 | 15) => createRuntime({ profile: FAST_PROFILE, host }).metadata(version),
}
const ours = normaliseMetadata(metadata.normal(15))

/** Listed deviations are keyed `where what`, with `*` for any part of a name. */
function isAccepted(key: string): boolean {
  return Object.keys(accepted).some((pattern) => matches(pattern, key))
}
function matches(pattern: string, key: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${source.join('.*')}$`).test(key)
}

describe('against spec 425', () => {
  for (const [name, facts] of [
    ['normal', ours],
    ['fast', normaliseMetadata(metadata.fast(15))],
  ] as const) {
    test(`everything declared is as in the reference (${name} build)`, () => {
      const found = deviations(facts, spec425, { fast: name === 'fast' })
      const surprising = found.filter(({ where, what }) => !isAccepted(`${where} ${what}`))
      expect(surprising).toEqual([])
    })
  }

  test('error texts that clients show and compare are those of the reference', () => {
    const differing = deviations(ours, spec425, { fast: false })
      .filter(
        ({ where, what }) => what === 'docs' && EXACT_ERROR_TEXTS.some((pallet) => where.startsWith(`${pallet}.`)),
      )
      .map(({ where }) => where)
    expect(differing).toEqual([])
  })

  test('every listed deviation exists', () => {
    const keys = deviations(ours, spec425, { fast: false }).map(({ where, what }) => `${where} ${what}`)
    const stale = Object.keys(accepted).filter((pattern) => !keys.some((key) => matches(pattern, key)))
    expect(stale).toEqual([])
  })

  test('what is still missing (a report)', () => {
    const { rows, apis } = missingFrom(ours, spec425)
    console.table(
      Object.fromEntries(rows.map(({ pallet, missing, clients }) => [pallet, { ...missing, clients: clients.length }])),
    )
    const used = rows.flatMap(({ pallet, clients }) => clients.map((name) => `${pallet}.${name}`))
    console.log(`Used by clients and missing: ${used.join(' ') || 'nothing'}`)
    console.log(`Runtime APIs missing: ${apis.map((method) => `${method.api}.${method.name}`).join(' ') || 'none'}`)
    const usedApis = apis.filter((method) => method.clients).map((method) => `${method.api}.${method.name}`)
    console.log(`Of these used by clients: ${usedApis.join(' ') || 'none'}`)
  })
})

/** Pallets whose error texts the suites of the Python clients look at. */
const EXACT_ERROR_TEXTS = ['SubtensorModule', 'Proxy']

/** Types that spec 425 changed: compared with `upstream-425.json` wherever something uses them. */
const CHANGED_TYPES: Record<string, string> = {
  'pallet_subtensor::utils::rate_limiting::Hyperparameter': 'six more hyperparameters',
  'pallet_subtensor::rpc_info::metagraph::Metagraph': 'activity_cutoff has 64 bits',
  'pallet_subtensor::rpc_info::subnet_info::SubnetHyperparams': 'activity_cutoff has 64 bits',
  'pallet_subtensor::rpc_info::subnet_info::SubnetHyperparamsV2': 'activity_cutoff has 64 bits',
}

describe('what decoders depend on', () => {
  const v15 = decodeMetadata(metadata.normal(15)).body
  const v14 = decodeMetadata(metadata.normal(14)).body

  test('type 0 is the account id', () => {
    expect(v15.lookup[0]!.path).toEqual(['sp_core', 'crypto', 'AccountId32'])
  })

  test('types are numbered by their position', () => {
    expect(v15.lookup.map((entry: { id: number }) => entry.id)).toEqual(v15.lookup.map((_: unknown, i: number) => i))
  })

  test('V14 and V15 have the same types under the same numbers', () => {
    expect(v14.lookup).toEqual(v15.lookup)
    const ids = (body: typeof v15) =>
      body.pallets.map((pallet: any) => [pallet.name, pallet.calls, pallet.events, pallet.errors, pallet.storage])
    const plain = (value: unknown) => JSON.parse(JSON.stringify(value, (key, v) => (key === 'docs' ? undefined : v)))
    expect(plain(ids(v14))).toEqual(plain(ids(v15)))
  })

  test.each(Object.entries({ NORMAL_PROFILE, FAST_PROFILE }))(
    '%s: no choice of a network changes them',
    (_name, profile) => {
      const of = (changes: Partial<RuntimeProfile>, version: 14 | 15) =>
        bytesToHex(createRuntime({ profile: { ...profile, ...changes }, host }).metadata(version))
      for (const version of [14, 15] as const) {
        const plain = of({}, version)
        expect(of({ compat: COMPAT_SDK10 }, version) === plain).toBe(true)
        expect(of({ registration: 'work' }, version) === plain).toBe(true)
      }
    },
  )

  test.each([
    'sp_core::crypto::AccountId32',
    'sp_runtime::multiaddress::MultiAddress',
    'primitive_types::H256',
    'sp_runtime::generic::era::Era',
    'sp_runtime::generic::digest::DigestItem',
    'sp_weights::weight_v2::Weight',
    'sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic',
    'fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic',
    'frame_system::EventRecord',
    'node_subtensor_runtime::RuntimeCall',
    'node_subtensor_runtime::RuntimeEvent',
  ])('%s has its path', (path) => {
    expect(v15.lookup.map((entry: { path: string[] }) => entry.path.join('::'))).toContain(path)
  })

  test.each([
    ['sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic', 'Extra'],
    ['fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic', 'Extension'],
  ])('%s names its parameters as decoders expect', (path, last) => {
    const entry = v15.lookup.find((candidate: { path: string[] }) => candidate.path.join('::') === path)!
    expect(entry.params.map((param: { name: string }) => param.name)).toEqual(['Address', 'Call', 'Signature', last])
  })

  test('named types have the fields and variants of the reference', () => {
    const differing = Object.entries(ours.types as Record<string, string[]>)
      .filter(([path]) => path in spec393.types && !(path in CHANGED_TYPES) && !isContainer(path))
      .filter(([path, texts]) => {
        const known = spec393.types[path].map(shapeOf)
        return texts.some((text) => !known.includes(shapeOf(text)))
      })
      .map(([path, texts]) => ({ path, ours: texts.map(shapeOf), reference: spec393.types[path].map(shapeOf) }))
    expect(differing).toEqual([])
  })

  test('variants of errors have no gaps', () => {
    for (const pallet of ours.pallets) {
      expect(pallet.errors.map((error: { index: number }) => error.index)).toEqual(
        pallet.errors.map((_: unknown, i: number) => i),
      )
    }
  })
})

/** Lists, maps and options: what they hold differs from use to use. */
function isContainer(path: string): boolean {
  return !path.includes('::') || path.startsWith('bounded_collections::')
}

/** A definition without its type parameters and without the names that fields' types have in the source. */
function shapeOf(text: string): string {
  return text.split(' // ')[0]!
}
