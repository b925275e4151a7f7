/** Brings weights to an epoch: judges them first, sends them early, reveals them in time, and says whether they counted. */

import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import type { Chain, RuntimeCall } from '../client/index.ts'
import { commitCall, hasCall, setCall } from './commit.ts'
import { type Endpoints, openEndpoints, ownEndpoint, waitForBlock } from './endpoints.ts'
import type { Hiding, Way } from './facts.ts'
import { commitHashed } from './hashed.ts'
import { type Arrival, isDropped, isRefusal, type Journey } from './journey.ts'
import { storageIndex, type WeightPlan } from './plan.ts'
import { type Preflight, preflight } from './preflight.ts'
import { timelockedCall } from './timelock.ts'
import { commitTimelocked } from './timelocked.ts'
import { endedBefore, isSame, judge, type Verdict } from './verdict.ts'

export interface SupervisorOptions {
  /** A chain that is connected already; it stays open. */
  readonly chain?: Chain
  /** Nodes of one chain; when one falls silent, work goes on at the next. */
  readonly endpoints?: readonly string[]
  /** The validator's hotkey. */
  readonly keypair: Keypair
  readonly netuid: number
  /** @default 0 */
  readonly mecid?: number
  /** @default 0 */
  readonly versionKey?: bigint
  /** How to hide the weights where the subnet wants it. @default 'auto' */
  readonly hiding?: Hiding
  /** A node that shows no new block for so long is left for the next. @default 120000 */
  readonly stallMs?: number
  /** Told each step, in a sentence. */
  readonly onStep?: (text: string) => void
}

/** Counted since the start. */
export interface SupervisorMetrics {
  readonly endpoint: string
  readonly endpointSwitches: number
  readonly rounds: number
  readonly counted: number
  readonly notCounted: number
  /** Extrinsics sent, repetitions included. */
  readonly sent: number
  readonly refused: number
  /** Blocks of the latest round; undefined until they are known. */
  readonly committedAt: number | undefined
  readonly setAt: number | undefined
  readonly epochAt: number | undefined
  readonly maskedWeights: number
}

export interface WeightSupervisor {
  /** The rules, judged now; nothing is sent. */
  preflight(weights: Weights): Promise<Preflight>
  /** Sends the weights and follows them to the epoch that uses them. One at a time. */
  submit(weights: Weights): Promise<Verdict>
  metrics(): SupervisorMetrics
  close(): void
}

const STALL_MS = 120_000
/** How often an extrinsic is sent that the pool lets go. */
const SEND_TRIES = 3

export type Weights = Iterable<readonly [uid: number, value: number]>

/**
 * A supervisor of one validator's weights.
 * @example
 * const supervisor = superviseWeights({ endpoints: ['ws://a:9944', 'ws://b:9944'], keypair, netuid: 2 })
 * const verdict = await supervisor.submit([[4, 65535], [5, 20000]])
 * console.log(verdict.because) // Your weights counted in the epoch of block 120: …
 * process.exitCode = exitCodeOf(verdict)
 */
export function superviseWeights(options: SupervisorOptions): WeightSupervisor {
  const {
    keypair,
    netuid,
    mecid = 0,
    versionKey = 0n,
    hiding = 'auto',
    stallMs = STALL_MS,
    onStep = () => undefined,
  } = options
  const endpoints = endpointsOf(options)
  const counts = { rounds: 0, counted: 0, notCounted: 0, sent: 0, refused: 0, maskedWeights: 0 }
  let blocks: Pick<SupervisorMetrics, 'committedAt' | 'setAt' | 'epochAt'> = noBlocks()
  const hotkey = keypair.publicKey

  const planOf = (weights: Weights): WeightPlan => {
    const list = [...weights]
    return { netuid, mecid, versionKey, uids: list.map(([uid]) => uid), values: list.map(([, value]) => value) }
  }
  const look = (plan: WeightPlan): Promise<Preflight> =>
    endpoints.use((chain) => preflight(chain, hotkey, plan, hiding))
  const blockNumber = (): Promise<number> => endpoints.use((chain) => chain.blockNumber())
  /** Waits for a block: with other nodes at hand not at one that stands still, and never without a word. */
  async function waitFor(block: number): Promise<void> {
    for (;;) {
      try {
        return await endpoints.use((chain) => waitForBlock(chain, block, stallMs))
      } catch (error) {
        if (!isNeuriteError(error, 'NodeStalled')) throw error
        onStep(`Still waiting: ${error.shortMessage}`)
      }
    }
  }

  /** Sends a call and returns the block that took it. After a change of nodes `isThere` says whether it got through. */
  async function send(call: RuntimeCall, isThere: (chain: Chain) => Promise<boolean>): Promise<number> {
    let tries = 0
    return endpoints.use(async (chain) => {
      for (;;) {
        if (tries > 0 && (await isThere(chain))) return chain.blockNumber()
        tries++
        counts.sent++
        try {
          const { blockHash } = await chain.submit(call, keypair)
          return (await chain.header(blockHash)).number
        } catch (error) {
          if (isRefusal(error)) counts.refused++
          if (!isDropped(error) || tries >= SEND_TRIES) throw error
          onStep(`It did not get into a block, so it is sent again. ${error.shortMessage}`)
        }
      }
    })
  }

  /** Waits until the rules allow the weights. */
  async function untilAllowed(plan: WeightPlan): Promise<Preflight> {
    for (;;) {
      const found = await look(plan)
      if (found.state !== 'wait') return found
      const waiting = found.checks.find(({ state }) => state === 'wait')!
      onStep(`Waiting: ${waiting.sentence}`)
      await waitFor(Math.max(found.block + 1, found.earliest - 1))
    }
  }

  async function isStored(chain: Chain, plan: WeightPlan, uid: number): Promise<boolean> {
    const stored = await chain.query.SubtensorModule.Weights.get([storageIndex(netuid, mecid), uid])
    return isSame(plan, stored as readonly (readonly [number, number])[])
  }

  function journeyOf(plan: WeightPlan, uid: number): Journey {
    return {
      hotkey,
      plan,
      uid,
      endpoints,
      onStep,
      send,
      nextBlock: async () => waitFor((await blockNumber()) + 1),
      isStored: (chain) => isStored(chain, plan, uid),
      committed(block) {
        blocks = { ...blocks, committedAt: block }
      },
    }
  }

  async function setPlain({ plan, uid }: Journey): Promise<Arrival> {
    const before = await blockNumber()
    const setAt = await send(setCall(plan), async (chain) => {
      const updates = await chain.query.SubtensorModule.LastUpdate.get([storageIndex(netuid, mecid)])
      return Number(updates[uid] ?? 0n) > before && (await isStored(chain, plan, uid))
    })
    onStep(`The weights are on chain since block ${setAt}.`)
    return { setAt, beforeEpoch: false }
  }

  const travel: Readonly<Record<Way, (journey: Journey) => Promise<Arrival>>> = {
    set: setPlain,
    hash: commitHashed,
    timelock: commitTimelocked,
  }

  /** Block of the first epoch that used weights set in block `setAt`, in its beginning or by a call. */
  async function nextEpoch(setAt: number, beforeEpoch: boolean): Promise<number> {
    for (;;) {
      const found = await endpoints.use(async (chain) => {
        const head = await chain.header()
        const last = await chain.query.SubtensorModule.LastMechansimStepBlock.get([netuid], { at: head.hash })
        return { ran: Number(last), at: head.number }
      })
      if (found.ran > setAt || (beforeEpoch && found.ran === setAt)) return found.ran
      await waitFor(found.at + 1)
    }
  }

  async function follow(plan: WeightPlan): Promise<Verdict> {
    const found = await untilAllowed(plan)
    const { checks, uid, way } = found
    if (found.state === 'fail' || uid === undefined) {
      const broken = checks.find(({ state }) => state === 'fail')!
      return endedBefore('preflight', `Your weights cannot be set: ${broken.sentence}`, checks, uid)
    }
    const wanted = CALLS[way](plan)
    if (!(await endpoints.use(async (chain) => hasCall(chain, wanted)))) {
      return endedBefore(
        'preflight',
        `Your weights cannot be set: the chain has no call \`${wanted.name}\`.`,
        checks,
        uid,
      )
    }
    let arrival: Arrival
    try {
      arrival = await travel[way](journeyOf(plan, uid))
    } catch (error) {
      if (!isRefusal(error)) throw error
      return endedBefore('submission', `The chain refused your weights: ${error.shortMessage}`, checks, uid)
    }
    if ('lost' in arrival) return endedBefore('reveal', `Your weights were not set: ${arrival.lost}`, checks, uid)
    const { setAt, beforeEpoch } = arrival
    blocks = { ...blocks, setAt }
    const epochBlock = await nextEpoch(setAt, beforeEpoch)
    blocks = { ...blocks, epochAt: epochBlock }
    return endpoints.use((chain) => judge(chain, { plan, hotkey, uid, setAt, epochBlock, checks }))
  }

  return {
    preflight: (weights) => look(planOf(weights)),
    async submit(weights) {
      blocks = noBlocks()
      counts.rounds++
      const verdict = await follow(planOf(weights))
      if (verdict.counted) counts.counted++
      else counts.notCounted++
      counts.maskedWeights += verdict.masked.length
      onStep(verdict.because)
      return verdict
    },
    metrics: () => ({ endpoint: endpoints.url, endpointSwitches: endpoints.switches, ...counts, ...blocks }),
    close: () => endpoints.close(),
  }
}

/** The first call of each way, to see that the chain has it. */
const CALLS: Readonly<Record<Way, (plan: WeightPlan) => RuntimeCall>> = {
  set: setCall,
  hash: (plan) => commitCall(plan, `0x${'00'.repeat(32)}`),
  timelock: (plan) => timelockedCall(plan, new Uint8Array(), 0n),
}

function noBlocks(): Pick<SupervisorMetrics, 'committedAt' | 'setAt' | 'epochAt'> {
  return { committedAt: undefined, setAt: undefined, epochAt: undefined }
}

function endpointsOf({ chain, endpoints }: SupervisorOptions): Endpoints {
  if (chain !== undefined) return ownEndpoint(chain)
  if (endpoints !== undefined && endpoints.length > 0) return openEndpoints(endpoints)
  throw new NeuriteError('NoEndpoint', 'A supervisor of weights needs a chain.', {
    details: ['Expected `chain`, or at least one URL in `endpoints`.'],
  })
}
