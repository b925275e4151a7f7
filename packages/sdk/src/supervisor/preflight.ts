/** Would the chain take these weights? Every rule of it, in the order in which the chain looks at them. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Chain } from '../client/index.ts'
import { type Hiding, readFacts, type Way } from './facts.ts'
import type { WeightPlan } from './plan.ts'
import { type Check, earliestOf, judgeRules } from './rules.ts'

export interface Preflight {
  readonly checks: readonly Check[]
  /** The worst of all checks. */
  readonly state: Check['state']
  readonly way: Way
  readonly uid: number | undefined
  /** Block on which this was judged; the weights would come into the next. */
  readonly block: number
  /** First block that may hold the weights. */
  readonly earliest: number
  readonly nextEpoch: number | undefined
}

/** Looks at every rule, on the best block. Nothing is sent. */
export async function preflight(
  chain: Chain,
  account: AccountId,
  plan: WeightPlan,
  hiding: Hiding = 'auto',
): Promise<Preflight> {
  const facts = await readFacts(chain, account, plan, hiding)
  const checks = judgeRules(facts)
  const has = (state: Check['state']): boolean => checks.some((check) => check.state === state)
  return {
    checks,
    state: has('fail') ? 'fail' : has('wait') ? 'wait' : 'pass',
    way: facts.way,
    uid: facts.uid,
    block: facts.block,
    earliest: earliestOf(facts),
    nextEpoch: facts.nextEpoch,
  }
}
