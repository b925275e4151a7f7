/** A subnet of three neurons that may all weigh, for tests of setting, committing and revealing. */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, type RuntimeCall, type RuntimeEvent, signedBy } from '../../../frame/index.ts'
import type { TestChain } from '../../../testing/harness.ts'
import { BOB, BOB_HOT, CAROL, CAROL_HOT, createEconomy, startedSubnet } from '../economy.fixture.ts'
import { guards } from '../guards/index.ts'
import { calls, storage } from '../index.ts'

/** The subnet has Alice's hotkey at uid 0, as its owner, Bob's at 1 and Carol's at 2. */
export function threeNeurons({ commitReveal = false } = {}) {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { chain, ctx } = economy
  chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
  chain.run(CAROL, calls.burned_register({ netuid, hotkey: CAROL_HOT }))
  storage.StakeThreshold.set(ctx, 0n)
  storage.ValidatorPermit.set(ctx, { netuid }, [true, true, true])
  storage.MinAllowedWeights.set(ctx, { netuid }, 0)
  storage.WeightsSetRateLimit.set(ctx, { netuid }, 0n)
  storage.CommitRevealWeightsEnabled.set(ctx, { netuid }, commitReveal)
  chain.goTo(1_000n)
  const epochs = (count: number): void => {
    chain.goTo(chain.ctx.block + 1n)
    storage.SubnetEpochIndex.mutate(chain.ctx, { netuid }, (index) => index + BigInt(count))
    storage.LastEpochBlock.set(chain.ctx, { netuid }, chain.ctx.block)
  }
  epochs(0)
  return { economy, chain, netuid, epochs }
}

/** Number with which the pool refuses the call; undefined when it takes it. */
export function poolCode({ ctx }: { readonly ctx: Ctx }, who: AccountId, call: RuntimeCall): number | undefined {
  for (const guard of guards) {
    const invalid = guard.check(ctx, signedBy(who), call)?.invalid
    if (invalid?.type === 'Custom') return invalid.value
  }
  return undefined
}

/** Error of the call itself, past the guards that would have refused it; undefined on success. */
export function ownError({ ctx }: TestChain, who: AccountId, call: RuntimeCall): string | undefined {
  const outcome = ctx.dispatchBypassingGuards(signedBy(who), call)
  return outcome.ok ? undefined : outcome.code
}

/** Data of the events named `name`. */
export function dataOf(events: readonly RuntimeEvent[], name: string): unknown[] {
  return events.filter((event) => event.name === name).map((event) => event.data)
}
