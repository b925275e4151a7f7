/**
 * Every view, read as a foreign client reads it: from its bytes, by the types that our metadata declares. That those
 * types are the reference's, field by field and compact by compact, is what `metadata.test.ts` compares.
 */
import { bytesToHex } from '@neurite/primitives/bytes'
import { createRuntime, FAST_PROFILE } from '@neurite/runtime'
import { describe, expect, test } from 'vitest'
import { ALICE, BOB, BOB_HOT } from '../packages/runtime/src/pallets/subtensor/economy.fixture.ts'
import { storage } from '../packages/runtime/src/pallets/subtensor/index.ts'
import { viewApis } from '../packages/runtime/src/pallets/subtensor/views/index.ts'
import { createScene } from '../packages/runtime/src/pallets/subtensor/views/views.fixture.ts'
import { createForeignCodecs, decodeWhole } from './foreign-decode.mjs'
import { decodeMetadata } from './normalise-metadata.mjs'

interface Method {
  readonly name: string
  readonly inputs: readonly { readonly name: string }[]
  readonly output: number
}

const { body: declared } = decodeMetadata(
  createRuntime({ profile: FAST_PROFILE, host: { verify: () => false } }).metadata(15),
)
const codecOf = createForeignCodecs(declared.lookup)

const methods: readonly { readonly api: string; readonly method: Method }[] = viewApis.flatMap((set) =>
  declared.apis
    .find(({ name }: { readonly name: string }) => name === set.name)
    .methods.map((method: Method) => ({ api: set.name, method })),
)

const { netuid } = createScene()

/** A value for every argument that a view takes. */
const ARGUMENTS: Record<string, unknown> = {
  netuid,
  uid: 1,
  mecid: 1,
  subid: 1,
  metagraph_indexes: Array.from({ length: 74 }, (_, index) => index),
  netuids: undefined,
  delegate_account: BOB_HOT,
  delegatee_account: BOB,
  coldkey: BOB,
  hotkey: BOB_HOT,
  coldkey_account: BOB,
  hotkey_account: BOB_HOT,
  coldkey_accounts: [BOB, ALICE],
  origin: [BOB_HOT, netuid],
  destination: undefined,
  origin_coldkey_account: BOB,
  destination_coldkey_account: BOB,
  amount: 1_000_000_000n,
}

/** Our value in the form that the foreign codecs give: hex for bytes, `tag` for variants, compacts as they come. */
function foreign(value: any): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (Array.isArray(value)) return value.map(foreign)
  if (value === null || typeof value !== 'object') return number(value ?? undefined)
  const keys = Object.keys(value)
  if (keys.every((key) => key === 'type' || key === 'value')) return { tag: value.type, value: foreign(value.value) }
  return Object.fromEntries(keys.map((key) => [key, foreign(value[key])]))
}

/** Compact numbers come as number or bigint by their size, so all compare as text. */
function number(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
}

function plain(value: any): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return number(value)
  const keys = Object.keys(value)
  // Fixed-point numbers are their bits.
  if (keys.length === 1 && keys[0] === 'bits') return number(value.bits)
  return Object.fromEntries(keys.map((key) => [key, plain(value[key])]))
}

/** Lists of compact bytes are names and symbols: ours are byte strings, foreign codecs read numbers. */
function alike(theirs: any, ours: any): unknown {
  if (Array.isArray(theirs) && typeof ours === 'string' && ours.startsWith('0x')) {
    return `0x${theirs.map((byte) => Number(byte).toString(16).padStart(2, '0')).join('')}`
  }
  if (Array.isArray(theirs)) return theirs.map((item, i) => alike(item, ours?.[i]))
  if (theirs === null || typeof theirs !== 'object') return theirs
  return Object.fromEntries(Object.keys(theirs).map((key) => [key, alike(theirs[key], ours?.[key])]))
}

describe('a foreign client reads', () => {
  const scene = createScene()
  // Something in every field that is empty by itself.
  const text = new TextEncoder()
  const identity = Object.fromEntries(
    ['name', 'url', 'github_repo', 'image', 'discord', 'description', 'additional'].map((key) => [
      key,
      text.encode(key),
    ]),
  )
  storage.IdentitiesV2.set(scene.ctx, { coldkey: BOB }, identity as never)
  const published = ['subnet_name', 'github_repo', 'subnet_contact', 'subnet_url', 'discord', 'description', 'logo_url']
  storage.SubnetIdentitiesV3.set(
    scene.ctx,
    { netuid },
    Object.fromEntries([...published, 'additional'].map((key) => [key, text.encode(`${key} ¢`)])) as never,
  )
  storage.AutoStakeDestination.set(scene.ctx, { coldkey: BOB, netuid }, BOB_HOT)
  storage.SubnetVolume.set(scene.ctx, { netuid }, (1n << 127n) - 1n)
  storage.AlphaSigmoidSteepness.set(scene.ctx, { netuid }, -7)

  test.each(methods.map(({ api, method }) => [`${api}.${method.name}`, api, method] as const))(
    '%s',
    (_title, api, method) => {
      const args = Object.fromEntries(method.inputs.map(({ name }) => [name, ARGUMENTS[name]]))
      for (const { name } of method.inputs) expect(name in ARGUMENTS, `a value for ${name}`).toBe(true)
      const name = `${api}_${method.name}`
      const theirs = plain(decodeWhole(codecOf(method.output), scene.askBytes(name, args)))
      const ours = foreign(scene.ask(name, args))
      expect(alike(theirs, ours)).toEqual(ours)
    },
  )

  test('all methods of all five APIs', () => {
    expect(methods.length).toBe(viewApis.reduce((sum, { methods }) => sum + Object.keys(methods).length, 0))
    expect(methods.length).toBeGreaterThanOrEqual(34)
  })
})
