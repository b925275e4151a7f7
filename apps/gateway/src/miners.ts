/**
 * Which miner answers whom. The chain's incentives say who is good; what happens here says who is up.
 *
 * Vectors of different miners lie in different spaces, so a caller should keep its miner: the order is drawn by weighted
 * rendezvous hashing of (caller, miner). Callers spread over the best miners in proportion to their incentive, and one
 * caller's order changes only when miners come, go or fail.
 */
import { type AccountId, utf8ToBytes } from '@neurite/primitives/bytes'
import { sha256 } from '@neurite/primitives/hash'
import { encodeAddress } from '@neurite/primitives/ss58'
import type { ChainView, Neuron } from '@neurite/subnets/host'

/** A miner counts among the best from this part of the highest incentive on. */
const BEST_FROM = 0.9
/** Failures in a row after which a miner is left out for a while. */
const EJECT_AFTER = 2
const EJECT_MS = 5_000
const EJECT_MAX_MS = 120_000

interface Health {
  failures: number
  ejections: number
  outUntil: number
  readonly latencies: number[]
}

export interface MinerPool {
  /** Reads the metagraph. */
  refresh(): Promise<void>
  /** Miners in the order in which `caller` should try them. */
  orderFor(caller: string): readonly Neuron[]
  /** A miner by SS58 address, serving or not. */
  find(address: string): Neuron | undefined
  all(): readonly Neuron[]
  succeeded(miner: Neuron, ms: number): void
  failed(miner: Neuron): void
  /** Block of the last metagraph; undefined before the first. */
  readonly block: () => number | undefined
}

export function createMinerPool(
  chain: Pick<ChainView, 'metagraph'>,
  netuid: number,
  now: () => number = () => performance.now(),
): MinerPool {
  let miners: readonly Neuron[] = []
  let block: number | undefined
  let reading: Promise<void> | undefined
  const health = new Map<AccountId, Health>()

  function healthOf({ hotkey }: Neuron): Health {
    let found = health.get(hotkey)
    if (found === undefined) {
      found = { failures: 0, ejections: 0, outUntil: 0, latencies: [] }
      health.set(hotkey, found)
    }
    return found
  }

  async function read(): Promise<void> {
    const metagraph = await chain.metagraph(netuid)
    block = metagraph.block
    miners = metagraph.neurons.filter(({ axon }) => axon !== undefined)
    const present = new Set(miners.map(({ hotkey }) => hotkey))
    for (const hotkey of health.keys()) if (!present.has(hotkey)) health.delete(hotkey)
  }

  return {
    refresh() {
      reading ??= read().finally(() => {
        reading = undefined
      })
      return reading
    },

    orderFor(caller) {
      const up = miners.filter((miner) => healthOf(miner).outUntil <= now())
      // Before the first epoch nobody has an incentive: then all are tried alike.
      const paid = up.filter(({ incentive }) => incentive > 0)
      const known = paid.length > 0 ? paid : up
      const top = known.reduce((most, { incentive }) => Math.max(most, incentive), 0)
      const isBest = ({ incentive }: Neuron) => incentive >= BEST_FROM * top
      const best = known.filter(isBest).map((miner) => [rendezvous(caller, miner), miner] as const)
      best.sort(([a], [b]) => a - b)
      const others = known.filter((miner) => !isBest(miner)).sort((a, b) => b.incentive - a.incentive)
      return [...best.map(([, miner]) => miner), ...others]
    },

    find: (address) => miners.find(({ hotkey }) => encodeAddress(hotkey) === address),
    all: () => miners,

    succeeded(miner, ms) {
      const state = healthOf(miner)
      state.failures = 0
      state.ejections = 0
      state.latencies.push(ms)
      if (state.latencies.length > 100) state.latencies.shift()
    },

    failed(miner) {
      const state = healthOf(miner)
      state.failures++
      if (state.failures < EJECT_AFTER) return
      // Back after a while for one try; each further failure doubles the wait.
      state.outUntil = now() + Math.min(EJECT_MAX_MS, EJECT_MS * 2 ** state.ejections)
      state.ejections++
      state.failures = EJECT_AFTER - 1
    },

    block: () => block,
  }
}

/** Exponential variable with the miner's incentive as rate, drawn from the hash of both names: least first. */
function rendezvous(caller: string, { hotkey, incentive }: Neuron): number {
  const digest = sha256(utf8ToBytes(`${caller}/${hotkey}`))
  const uniform = (new DataView(digest.buffer).getUint32(0) + 0.5) / 4_294_967_296
  return -Math.log(uniform) / Math.max(1, incentive)
}
