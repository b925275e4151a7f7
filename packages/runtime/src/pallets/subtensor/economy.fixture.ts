/** A small economy for tests: the local genesis, three funded users, blocks with their hooks. */
import { checkState, checkStep, type Violation } from '../../economics/invariants.ts'
import { type Ctx, FAST_PROFILE, type RuntimeProfile, type StateReader } from '../../frame/index.ts'
import { localGenesis } from '../../genesis/index.ts'
import { PALLETS } from '../../index.ts'
import { TestChain, testAccount } from '../../testing/harness.ts'
import * as balances from '../balances/index.ts'
import swap from '../swap/index.ts'
import subtensor, { calls, storage } from './index.ts'
import { syncIssuance } from './issuance/index.ts'

export const TAO = 1_000_000_000n
export const [ALICE, BOB, CAROL, AUTHOR] = [1, 2, 3, 9].map(testAccount) as [string, string, string, string] as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
]
/** Hotkeys of Alice, Bob and Carol. */
export const [ALICE_HOT, BOB_HOT, CAROL_HOT] = [21, 22, 23].map(testAccount) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
]

export interface Economy {
  readonly chain: TestChain
  readonly ctx: Ctx
  /** Runs blocks, each with its first and last hooks. */
  blocks(count: number): void
  /** What is wrong with the state now, and with the blocks so far: none may mint more than the curve gives. */
  violations(): Violation[]
}

export function createEconomy(profile: RuntimeProfile = FAST_PROFILE): Economy {
  const chain = new TestChain(PALLETS, { block: 0n, author: AUTHOR, profile })
  const config = localGenesis(profile) as unknown as Record<string, unknown>
  for (const pallet of PALLETS) pallet.genesis?.(chain.ctx, config[pallet.name])
  for (const who of [ALICE, BOB, CAROL]) balances.deposit(chain.ctx, who, 10_000n * TAO)
  balances.deposit(chain.ctx, AUTHOR, TAO)
  storage.NetworkRateLimit.set(chain.ctx, 0n)
  syncIssuance(chain.ctx)
  const steps: Violation[] = []
  return {
    chain,
    get ctx() {
      return chain.ctx
    },
    blocks(count) {
      for (let i = 0; i < count; i++) {
        subtensor.hooks.onFinalize?.(chain.ctx)
        swap.hooks.onFinalize?.(chain.ctx)
        const before = issuanceOf(chain)
        chain.goTo(chain.ctx.block + 1n)
        subtensor.hooks.onInitialize?.(chain.ctx)
        steps.push(...checkStep(before, readerOf(chain)))
      }
    },
    violations: () => [...steps, ...checkState(readerOf(chain))],
  }
}

/** A reader of the total issuance as it is now. */
function issuanceOf(chain: TestChain): StateReader {
  const bytes = chain.overlay.getRaw(balances.storage.TotalIssuance.prefix)
  return { get: () => bytes, keys: () => [] }
}

/** The state being built, as a reader. */
function readerOf(chain: TestChain): StateReader {
  return {
    get: (key) => chain.overlay.getRaw(key),
    keys: (prefix) => chain.overlay.keys(prefix),
  }
}

/** Makes and starts a subnet of Alice's that receives emission; returns its netuid. */
export function startedSubnet({ chain, ctx, blocks }: Economy): number {
  chain.run(ALICE, calls.register_network({ hotkey: ALICE_HOT }))
  const netuid = [...storage.SubnetOwner.entries(ctx)].find(([, owner]) => owner === ALICE)![0].netuid
  chain.run(ALICE, calls.start_call({ netuid }))
  storage.SubnetEmissionEnabled.set(ctx, { netuid }, true)
  blocks(1)
  return netuid
}
