/** Weights committed under a time lock, followed until the chain has opened them. */
import { bytesToHex } from '@neurite/primitives/bytes'
import type { Chain } from '../client/index.ts'
import { type Arrival, isRefusal, type Journey } from './journey.ts'
import { storageIndex, type WeightPlan } from './plan.ts'
import { preflight } from './preflight.ts'
import { type LockedWeights, lockWeights, readBeacon } from './timelock.ts'

/** How often weights are locked anew because their round came before the commit got into a block. */
const LOCK_TRIES = 3

/** Commits the weights, waits for the pulse that opens them, and says what became of them. */
export async function commitTimelocked(journey: Journey): Promise<Arrival> {
  const { locked, committedAt } = await commit(journey)
  const { round, dueAt, revealBlock } = locked
  journey.committed(committedAt)
  const due = new Date(dueAt * 1000).toISOString().slice(0, 19).replace('T', ' ')
  journey.onStep(
    `The weights are committed since block ${committedAt}, locked until round ${round} of the beacon (${due} UTC); the chain opens them about block ${revealBlock}.`,
  )
  return untilOpened(journey, locked, committedAt)
}

async function commit({ hotkey, plan, endpoints, onStep, send }: Journey) {
  for (let tries = 1; ; tries++) {
    const locked = await endpoints.use((chain) => lockWeights(chain, hotkey, plan))
    try {
      const isThere = async (chain: Chain) => (await epochOf(chain, plan, locked)) !== undefined
      return { locked, committedAt: await send(locked.call, isThere) }
    } catch (error) {
      const isTooLate = isRefusal(error) && error.message.includes('InvalidRevealRound')
      if (!isTooLate || tries >= LOCK_TRIES) throw error
      onStep(`Round ${locked.round} was out before the commit got into a block; the weights are locked anew.`)
    }
  }
}

/** Number of the epoch under which the chain keeps the commit; undefined when it keeps it no more. */
async function epochOf(
  chain: Chain,
  plan: WeightPlan,
  { ciphertext }: LockedWeights,
  at?: string,
): Promise<bigint | undefined> {
  const wanted = bytesToHex(ciphertext)
  const lists = await chain.query.SubtensorModule.TimelockedWeightCommits.entries(
    [storageIndex(plan.netuid, plan.mecid)],
    at === undefined ? {} : { at },
  )
  const found = lists.find(([, commits]) => commits.some(([, , bytes]) => bytesToHex(bytes) === wanted))
  return found?.[0][1] as bigint | undefined
}

async function untilOpened(journey: Journey, locked: LockedWeights, committedAt: number): Promise<Arrival> {
  const { plan, endpoints, onStep, nextBlock } = journey
  let lastSeen = committedAt
  let hasPulse = false
  for (;;) {
    const found = await endpoints.use(async (chain) => {
      const { number, hash: at } = await chain.header()
      const [epoch, { lastRound }] = await Promise.all([epochOf(chain, plan, locked, at), readBeacon(chain, at)])
      return { number, waits: epoch !== undefined, lastRound }
    })
    if (!hasPulse && found.lastRound >= locked.round) {
      hasPulse = true
      onStep(`The pulse of round ${locked.round} is on the chain.`)
    }
    // A node that has not got so far yet knows nothing of the commit.
    if (!found.waits && found.number >= committedAt) {
      return endpoints.use((chain) => outcome(chain, journey, locked, lastSeen, found.number))
    }
    if (found.waits) lastSeen = found.number
    await nextBlock()
  }
}

/** What became of a commit that left the chain's list in one of the blocks after `after`, up to `until`. */
async function outcome(
  chain: Chain,
  { hotkey, plan, onStep }: Journey,
  locked: LockedWeights,
  after: number,
  until: number,
): Promise<Arrival> {
  const index = storageIndex(plan.netuid, plan.mecid)
  for (let block = after + 1; block <= until; block++) {
    const at = await chain.connection.request<string>('chain_getBlockHash', [block])
    // Several commits of a hotkey may open in one block; this is ours if it left the list in it.
    if (block < until && (await epochOf(chain, plan, locked, at)) !== undefined) continue
    const opened = (await chain.events(at)).some(
      ({ event: { pallet, name, data } }) =>
        pallet === 'SubtensorModule' &&
        name === 'TimelockedWeightsRevealed' &&
        eventFields(data).some((field) => Number(field) === index) &&
        eventFields(data).includes(hotkey),
    )
    if (opened) {
      onStep(`The chain opened the weights in block ${block}.`)
      return { setAt: block, beforeEpoch: true }
    }
    return { lost: await whyLost(chain, hotkey, plan, locked, block) }
  }
  return { lost: 'The commit is no longer on chain.' }
}

const eventFields = (data: unknown): unknown[] =>
  Array.isArray(data) ? data : typeof data === 'object' && data !== null ? Object.values(data) : []

/** Why the chain threw a commit away in `block`: no pulse in time, or weights that a rule forbids by now. */
async function whyLost(
  chain: Chain,
  hotkey: Journey['hotkey'],
  plan: WeightPlan,
  { round }: LockedWeights,
  block: number,
): Promise<string> {
  const pulse = await chain.query.Drand.Pulses.get([round])
  if (pulse === undefined) {
    return `The pulse of round ${round} did not reach the chain in time, so the commit was dropped unopened in block ${block}. Does the node get pulses of its beacon?`
  }
  const { checks } = await preflight(chain, hotkey, plan, 'timelock')
  const broken = checks.find(({ state, stage }) => state === 'fail' && stage === 'reveal')
  return `The chain dropped them when it opened them in block ${block}${broken ? `: ${broken.sentence}` : '; no rule forbids them now, so one did then.'}`
}
