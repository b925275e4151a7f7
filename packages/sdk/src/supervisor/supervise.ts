/** Brings weights to an epoch: judges them first, sends them early, reveals them in time, and says whether they counted. */
import { NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { CallFailed, type Chain, RpcError, type RuntimeCall } from '../client/index.ts'
import { commitCall, commitHash, commitStanding, freshSalt, hasCall, revealCall, setCall } from './commit.ts'
import { type Endpoints, openEndpoints, ownEndpoint } from './endpoints.ts'
import { type Preflight, preflight, storageIndex, type WeightPlan } from './preflight.ts'
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

export type Weights = Iterable<readonly [uid: number, value: number]>

/** The chain said no; not that it was out of reach. */
const isRefusal = (error: unknown): error is NeuriteError => error instanceof CallFailed || error instanceof RpcError
/** Reveals that were a block too early or met the turn of an epoch are tried again. */
const REVEAL_TRIES = 5

/**
 * A supervisor of one validator's weights.
 * @example
 * const supervisor = superviseWeights({ endpoints: ['ws://a:9944', 'ws://b:9944'], keypair, netuid: 2 })
 * const verdict = await supervisor.submit([[4, 65535], [5, 20000]])
 * console.log(verdict.because) // Your weights counted in the epoch of block 120: …
 * process.exitCode = exitCodeOf(verdict)
 */
export function superviseWeights(options: SupervisorOptions): WeightSupervisor {
  const { keypair, netuid, mecid = 0, versionKey = 0n, onStep = () => undefined } = options
  const endpoints = endpointsOf(options)
  const counts = { rounds: 0, counted: 0, notCounted: 0, sent: 0, refused: 0, maskedWeights: 0 }
  let blocks: Pick<SupervisorMetrics, 'committedAt' | 'setAt' | 'epochAt'> = noBlocks()
  const hotkey = keypair.publicKey

  const planOf = (weights: Weights): WeightPlan => {
    const list = [...weights]
    return { netuid, mecid, versionKey, uids: list.map(([uid]) => uid), values: list.map(([, value]) => value) }
  }
  const look = (plan: WeightPlan): Promise<Preflight> => endpoints.use((chain) => preflight(chain, hotkey, plan))
  const blockNumber = (): Promise<number> => endpoints.use((chain) => chain.blockNumber())
  const waitFor = (block: number): Promise<void> => endpoints.use((chain) => chain.waitForBlock(block))

  /** Sends a call and returns the block that took it. After a change of nodes `isThere` says whether it got through. */
  async function send(call: RuntimeCall, isThere: (chain: Chain) => Promise<boolean>): Promise<number> {
    let wasSent = false
    return endpoints.use(async (chain) => {
      if (wasSent && (await isThere(chain))) return chain.blockNumber()
      wasSent = true
      counts.sent++
      try {
        const { blockHash } = await chain.submit(call, keypair)
        return (await chain.header(blockHash)).number
      } catch (error) {
        if (isRefusal(error)) counts.refused++
        throw error
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

  async function setPlain(plan: WeightPlan, uid: number): Promise<number> {
    const before = await blockNumber()
    const setAt = await send(setCall(plan), async (chain) => {
      const updates = await chain.query.SubtensorModule.LastUpdate.get([storageIndex(netuid, mecid)])
      return Number(updates[uid] ?? 0n) > before && (await isStored(chain, plan, uid))
    })
    onStep(`The weights are on chain since block ${setAt}.`)
    return setAt
  }

  /** Commits and reveals; the block of the reveal, or why there is none. */
  async function commitAndReveal(plan: WeightPlan, uid: number): Promise<number | string> {
    const salt = freshSalt()
    const hash = commitHash(hotkey, plan, salt)
    const standing = () => endpoints.use((chain) => commitStanding(chain, hotkey, plan, hash))
    const committedAt = await send(
      commitCall(plan, hash),
      async (chain) => (await commitStanding(chain, hotkey, plan, hash)) !== 'gone',
    )
    blocks = { ...blocks, committedAt }
    onStep(`The weights are committed since block ${committedAt}; they are revealed when their epoch comes.`)
    for (let tries = 0; ; ) {
      const now = await standing()
      if (now === 'expired') return 'The commit expired before it could be revealed.'
      if (now === 'gone') {
        if (await endpoints.use((chain) => isStored(chain, plan, uid))) return blockNumber()
        return 'The commit is no longer on chain.'
      }
      if (now === 'early') {
        await waitFor((await blockNumber()) + 1)
        continue
      }
      try {
        const setAt = await send(revealCall(plan, salt), (chain) => isStored(chain, plan, uid))
        onStep(`The weights are revealed since block ${setAt}.`)
        return setAt
      } catch (error) {
        if (!isRefusal(error)) throw error
        if (++tries >= REVEAL_TRIES) return `The chain refused the reveal: ${error.shortMessage}`
        await waitFor((await blockNumber()) + 1)
      }
    }
  }

  /** Block of the first epoch after block `setAt`. */
  async function nextEpoch(setAt: number): Promise<number> {
    for (;;) {
      const found = await endpoints.use(async (chain) => {
        const head = await chain.header()
        const last = await chain.query.SubtensorModule.LastMechansimStepBlock.get([netuid], { at: head.hash })
        return { ran: Number(last), at: head.number }
      })
      if (found.ran > setAt) return found.ran
      await waitFor(found.at + 1)
    }
  }

  async function follow(plan: WeightPlan): Promise<Verdict> {
    const found = await untilAllowed(plan)
    const { checks, uid, way } = found
    if (found.state === 'fail' || uid === undefined) {
      const broken = checks.find(({ state }) => state === 'fail')!
      return endedBefore('preflight', `Your weights cannot be set: ${broken.sentence}`, checks)
    }
    const wanted = way === 'set' ? setCall(plan) : commitCall(plan, `0x${'00'.repeat(32)}`)
    if (!(await endpoints.use(async (chain) => hasCall(chain, wanted)))) {
      return endedBefore('preflight', `Your weights cannot be set: the chain has no call \`${wanted.name}\`.`, checks)
    }
    let setAt: number | string
    try {
      setAt = way === 'set' ? await setPlain(plan, uid) : await commitAndReveal(plan, uid)
    } catch (error) {
      if (!isRefusal(error)) throw error
      return endedBefore('submission', `The chain refused your weights: ${error.shortMessage}`, checks)
    }
    if (typeof setAt === 'string') return endedBefore('reveal', `Your weights were not set: ${setAt}`, checks)
    blocks = { ...blocks, setAt }
    const epochBlock = await nextEpoch(setAt)
    blocks = { ...blocks, epochAt: epochBlock }
    return endpoints.use((chain) => judge(chain, { plan, hotkey, uid, epochBlock, checks }))
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
