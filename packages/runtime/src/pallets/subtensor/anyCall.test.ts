/**
 * Whatever users send to a chain with history, blocks go on: a call succeeds or fails with a dispatch error, nothing
 * else is thrown, and the places of every subnet stay in order. One seed per run; `ANY_CALL_SEED` repeats one.
 */
import { hexToBytes } from '@neurite/primitives/bytes'
import { type Codec, decode, ScaleError, Writer } from '@neurite/primitives/scale'
import { expect, test } from 'vitest'
import { type CallDef, NONE, type Origin, ROOT, signedBy } from '../../frame/index.ts'
import { testAccount } from '../../testing/harness.ts'
import adminUtils, { calls as admin } from '../admin-utils/index.ts'
import commitments from '../commitments/index.ts'
import drand from '../drand/index.ts'
import utility from '../utility/index.ts'
import { ZERO_ACCOUNT } from './accounts.ts'
import { ALICE, BOB, CAROL, createEconomy, TAO } from './economy.fixture.ts'
import subtensor, { calls, storage } from './index.ts'

const CALLS = Number(process.env.ANY_CALLS ?? 4_000)
const SEED = Number(process.env.ANY_CALL_SEED ?? 20_260_630)
const ACCOUNTS = [ALICE, BOB, CAROL, ...[21, 22, 23, 24, 25, 26].map(testAccount)]
const MAX_DEPTH = 6
/** Lists that belong together are equally long. */
const PAIRED: ReadonlySet<string> = new Set(['dests', 'weights', 'uids', 'values', 'salt', 'commit'])
/** What most callers say where any other number is refused at once. */
const USUAL: Readonly<Record<string, readonly bigint[]>> = {
  dests: [0n, 1n],
  weights: [0n, 1n, 65_535n],
  uids: [0n, 1n],
  values: [0n, 1n, 65_535n],
  mecid: [0n, 0n, 1n],
  version_key: [0n],
  reveal_round: [5n],
  commit_reveal_version: [4n],
  ip_type: [4n, 6n],
  tempo: [0n, 1n, 20n, 360n, 50_400n],
  burn_increase_mult: [1n << 64n, 3n << 64n],
  exponent: [1n << 64n],
}
const SIGNED = ACCOUNTS.map(signedBy)
const ORIGINS: readonly Origin[] = [ROOT, NONE, ...SIGNED, ...SIGNED]

/** Integers below a bound, the same for the same seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Two started subnets with owners who validate, a root seat, and nobody hindered by limits of time. */
function livedIn() {
  const economy = createEconomy()
  const { chain } = economy
  for (const [netuid, owner, hotkey] of [
    [2, ALICE, testAccount(21)],
    [3, BOB, testAccount(22)],
  ] as const) {
    chain.run(owner, calls.register_network({ hotkey }))
    chain.run(owner, calls.start_call({ netuid }))
    chain.run(owner, calls.add_stake({ hotkey, netuid, amount_staked: 10n * TAO }))
    storage.SubnetEmissionEnabled.set(chain.ctx, { netuid }, true)
  }
  chain.run(CAROL, calls.burned_register({ netuid: 2, hotkey: testAccount(23) }))
  chain.run('root', admin.sudo_set_admin_freeze_window({ window: 0 }))
  chain.run('root', admin.sudo_set_owner_hparam_rate_limit({ epochs: 0 }))
  chain.run('root', admin.sudo_set_tx_rate_limit({ tx_rate_limit: 0n }))
  storage.SubtokenEnabled.set(chain.ctx, { netuid: 0 }, true)
  storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid: 3 }, false)
  economy.blocks(12)
  return { economy, chain }
}

test(`${CALLS} calls of any kind leave a chain that goes on`, () => {
  const random = randomFrom(SEED)
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!
  let { economy, chain } = livedIn()

  /** Writes a value of a codec: small and known things mostly, the ends of its range sometimes. */
  function write(name: string, codec: Codec<unknown>, out: Writer, depth: number): void {
    const { def, path } = codec.type()
    switch (def.kind) {
      case 'primitive':
        writeInteger(name, def.name, out)
        return
      case 'compact':
        out.compactBig(BigInt(random(40)))
        return
      case 'composite':
        if (path?.endsWith('AccountId32')) out.bytes(hexToBytes(pick(ACCOUNTS)))
        else for (const field of def.fields) write(name, field.codec, out, depth + 1)
        return
      case 'tuple':
        for (const each of def.of) write(name, each, out, depth + 1)
        return
      case 'array':
        for (let i = 0; i < def.length; i++) write(name, def.of, out, depth + 1)
        return
      case 'sequence': {
        const length = depth > MAX_DEPTH ? 0 : PAIRED.has(name) ? 1 : pick([0, 1, 1, 2, 3, 32])
        out.compact(length)
        for (let i = 0; i < length; i++) write(name, def.of, out, depth + 1)
        return
      }
      case 'variant': {
        const least = Math.min(...def.variants.map(({ fields }) => fields.length))
        const variants = depth > MAX_DEPTH ? def.variants.filter(({ fields }) => fields.length === least) : def.variants
        const variant = pick(variants)
        out.u8(variant.index)
        for (const field of variant.fields) write(name, field.codec, out, depth + 1)
        return
      }
      default:
        throw new TypeError(`no values of kind ${def.kind}`)
    }
  }
  function writeInteger(name: string, type: string, out: Writer): void {
    const bits = type === 'bool' ? 8 : Number(type.slice(1))
    const max = type === 'bool' ? 1n : (1n << BigInt(type[0] === 'i' ? bits - 1 : bits)) - 1n
    const amounts = [0n, 1n, TAO, 7n * TAO, 100n * TAO, 5_000n * TAO, max, chain.ctx.block, BigInt(random(20))]
    const small = [0n, 1n, 2n, 3n, BigInt(random(300)), BigInt(random(65_536)), max]
    const value = pick(
      USUAL[name] && random(8) > 0
        ? USUAL[name]
        : name.includes('netuid')
          ? [0n, 1n, 2n, 2n, 2n, 3n, 3n, 4n, 65_535n]
          : bits > 32
            ? amounts
            : small,
    )
    for (let i = 0; i < bits / 8; i++) out.u8(Number(((value > max ? max : value) >> BigInt(8 * i)) & 255n))
  }

  function originOf(pallet: string): Origin {
    // Batches hold any call, and root's may set balances and storage as they like.
    if (pallet === 'Utility') return pick(SIGNED)
    return pallet === 'AdminUtils' && random(2) === 0 ? ROOT : pick(ORIGINS)
  }

  const defs = [subtensor, adminUtils, commitments, drand, utility].flatMap(({ calls: declared }) => declared)
  const succeeded = new Set<string>()
  let made = 0
  for (let i = 0; i < CALLS; i++) {
    const def = pick(defs) as CallDef
    const out = new Writer()
    for (const [name, codec] of Object.entries(def.spec.args)) write(name, codec, out, 0)
    let args: never
    try {
      args = decode(def.codec, out.finish()) as never
    } catch (error) {
      // Longer than its bound, or not in order.
      if (error instanceof ScaleError) continue
      throw error
    }
    made++
    const origin = originOf(def.pallet)
    const outcome = chain.dispatch(origin, def(args))
    if (outcome.ok) succeeded.add(`${def.pallet}.${def.callName}`)
    if (random(10) === 0) economy.blocks(1)
    if (i % 400 === 399) {
      economy.blocks(1)
      expectSound()
      ;({ economy, chain } = livedIn())
    }
    if (random(200) === 0) chain.goTo(chain.ctx.block + BigInt(random(2_000)))
  }
  economy.blocks(1)
  // Otherwise only refusals were tried.
  expect(made).toBeGreaterThan(CALLS * 0.9)
  expect(succeeded.size).toBeGreaterThan(100)
  expectSound()

  function expectSound(): void {
    expect(economy.violations()).toEqual([])
    for (const { netuid } of storage.NetworksAdded.keys(chain.ctx)) expectPlaces(netuid)
    expectListed()
    expectLinks(storage.ChildKeys, storage.ParentKeys)
    expectLinks(storage.ParentKeys, storage.ChildKeys)
    for (const [{ hotkey }, coldkey] of storage.Owner.entries(chain.ctx)) {
      // Genesis notes the zero account as owner only.
      if (coldkey !== ZERO_ACCOUNT) expect(storage.OwnedHotkeys.get(chain.ctx, { coldkey })).toContain(hotkey)
    }
    for (const [{ coldkey }, hotkeys] of storage.OwnedHotkeys.entries(chain.ctx)) {
      for (const hotkey of hotkeys) expect(storage.Owner.get(chain.ctx, { hotkey })).toBe(coldkey)
    }
    for (const [{ coldkey, netuid }, hotkey] of storage.AutoStakeDestination.entries(chain.ctx)) {
      expect(storage.AutoStakeDestinationColdkeys.get(chain.ctx, { hotkey, netuid })).toContain(coldkey)
    }
  }
  /** Every link is noted at both of its ends. */
  /** Only new positions look whether they are listed. */
  function expectListed(): void {
    for (const [{ hotkey, coldkey }] of storage.AlphaV2.entries(chain.ctx)) {
      expect(storage.StakingHotkeys.get(chain.ctx, { coldkey })).toContain(hotkey)
    }
  }

  function expectLinks(item: typeof storage.ChildKeys, other: typeof storage.ChildKeys): void {
    for (const [{ hotkey, netuid }, links] of item.entries(chain.ctx)) {
      for (const [proportion, end] of links) {
        expect(other.get(chain.ctx, { hotkey: end, netuid })).toContainEqual([proportion, hotkey])
      }
    }
  }
  function expectPlaces(netuid: number): void {
    const count = storage.SubnetworkN.get(chain.ctx, { netuid })
    const keys = [...storage.Keys.entries(chain.ctx, { netuid })]
    expect(keys.map(([{ uid }]) => uid).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, uid) => uid))
    for (const [{ uid }, hotkey] of keys) expect(storage.Uids.get(chain.ctx, { netuid, hotkey })).toBe(uid)
    expect([...storage.Uids.keys(chain.ctx, { netuid })]).toHaveLength(count)
    expect(storage.Emission.get(chain.ctx, { netuid })).toHaveLength(count)
  }
})
