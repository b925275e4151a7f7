/** A subnet with three neurons, two mechanisms and an epoch behind it, and a way to ask the views as clients do. */
import { encode, Reader, type ValueOf } from '@neurite/primitives/scale'
import { Runtime } from '../../../executive/runtime.ts'
import { type Ctx, FAST_PROFILE, type RuntimeProfile, type StateReader } from '../../../frame/index.ts'
import { PALLETS } from '../../../index.ts'
import { calls as admin } from '../../admin-utils/index.ts'
import {
  ALICE,
  ALICE_HOT,
  BOB,
  BOB_HOT,
  CAROL,
  CAROL_HOT,
  createEconomy,
  type Economy,
  startedSubnet,
  TAO,
} from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { viewApis } from './index.ts'

export interface Scene {
  readonly economy: Economy
  readonly ctx: Ctx
  readonly netuid: number
  /** The answer to `Api_method`, by way of its bytes, as a client gets it. */
  ask(method: string, args?: Record<string, unknown>, profile?: RuntimeProfile): any
  askBytes(method: string, args?: Record<string, unknown>, profile?: RuntimeProfile): Uint8Array
}

/** Uid 0 is Alice's, who owns the subnet; 1 is Bob's, who validates; 2 is Carol's, who mines. */
export function createScene(): Scene {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { chain } = economy
  storage.SubtokenEnabled.set(chain.ctx, { netuid: 0 }, true)
  storage.Tempo.set(chain.ctx, { netuid }, 20)
  storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, false)
  storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 0n)
  chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
  chain.run(CAROL, calls.burned_register({ netuid, hotkey: CAROL_HOT }))
  // Two mechanisms leave room for half as many neurons.
  storage.MaxAllowedUids.set(chain.ctx, { netuid }, 64)
  chain.run('root', admin.sudo_set_mechanism_count({ netuid, mechanism_count: 2 }))
  chain.run(BOB, calls.root_register({ hotkey: BOB_HOT }))
  chain.run(BOB, calls.add_stake({ hotkey: BOB_HOT, netuid: 0, amount_staked: 100n * TAO }))
  chain.run(BOB, calls.add_stake({ hotkey: BOB_HOT, netuid, amount_staked: 300n * TAO }))
  chain.run(CAROL, calls.add_stake({ hotkey: BOB_HOT, netuid, amount_staked: 50n * TAO }))
  chain.run(ALICE, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 20n * TAO }))
  chain.run(BOB, calls.decrease_take({ hotkey: BOB_HOT, take: 6_553 }))
  chain.run(CAROL_HOT, calls.serve_axon(endpoint(netuid)))
  economy.blocks(21)
  chain.run(BOB_HOT, calls.set_mechanism_weights({ netuid, mecid: 0, dests: [2], weights: [65_535], version_key: 0n }))
  economy.blocks(3)
  chain.run(BOB_HOT, calls.set_mechanism_weights({ netuid, mecid: 1, dests: [0], weights: [65_535], version_key: 0n }))
  economy.blocks(21)
  return scene(economy, netuid)
}

export function endpoint(netuid: number) {
  return {
    netuid,
    version: 3,
    ip: 0x0a00_0001n,
    port: 8_091,
    ip_type: 4,
    protocol: 4,
    placeholder1: 0,
    placeholder2: 0,
  }
}

function scene(economy: Economy, netuid: number): Scene {
  const methods = new Map(
    viewApis.flatMap((set) => Object.entries(set.methods).map(([name, method]) => [`${set.name}_${name}`, method])),
  )
  const { overlay } = economy.chain
  const reader: StateReader = {
    get: (key) => overlay.getRaw(key),
    keys: (prefix) => overlay.keys(prefix),
  }
  const self: Scene = {
    economy,
    get ctx() {
      return economy.chain.ctx
    },
    netuid,
    askBytes(name, args = {}, profile = FAST_PROFILE) {
      const runtime = new Runtime({ pallets: PALLETS, profile, host: { verify: () => false } })
      const at = { hash: `0x${'11'.repeat(32)}` as const, number: Number(self.ctx.block) }
      return runtime.callApi({ reader }, at, name, encode(methods.get(name)!.argsCodec, args))
    },
    ask(name, args, profile) {
      const bytes = new Reader(self.askBytes(name, args, profile))
      const value: ValueOf<any> = methods.get(name)!.returns.read(bytes)
      if (bytes.remaining > 0) throw new RangeError(`${bytes.remaining} bytes left after ${name}`)
      return value
    },
  }
  return self
}
