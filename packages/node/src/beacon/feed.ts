/**
 * Brings pulses onto the chain: asks the beacon when a round is due, verifies each pulse, opens what is locked to it,
 * and submits it unsigned. subtensor 14bc6f9 pallets/drand/src/lib.rs fetch_drand_pulse_and_send_unsigned
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { encodeBare } from '@neurite/primitives/extrinsic'
import type { Keypair } from '@neurite/primitives/keyring'
import { encode } from '@neurite/primitives/scale'
import { type Pulse, roundAt, timeOfRound } from '@neurite/primitives/timelock'
import { type Ctx, Overlay, runtimeCall } from '@neurite/runtime/frame'
import { calls, storage as drand, PulsesPayload } from '@neurite/runtime/pallets/drand'
import { describeError, type Logger } from '../log/index.ts'
import type { Pool } from '../pool/index.ts'
import { RpcError } from '../rpc/errors.ts'
import type { Chain } from '../service/chain.ts'
import type { TimelockMemo } from './memo.ts'
import type { PulseSource } from './source.ts'
import { lockedMessages } from './waiting.ts'

export interface BeaconFeedOptions {
  readonly chain: Chain
  readonly pool: Pick<Pool, 'submit'>
  readonly source: PulseSource
  /** Also the runtime's: what is computed here need not be computed in a block. */
  readonly timelock: TimelockMemo
  /** Any key: it only tells submitters apart. */
  readonly signer: Keypair
  readonly log: Logger
}

export interface BeaconFeed {
  /** Submits what the chain lacks now; resolves to the rounds that the pool took. */
  poll(): Promise<readonly bigint[]>
  /** Polls at once and then whenever a round is due. */
  start(): void
  stop(): Promise<void>
}

/** Rounds submitted at one time. */
const MAX_ROUNDS = 50n
/** After a round is due, until its pulse can be expected everywhere. @unit ms */
const SPREAD_MS = 100
/** @unit ms */
const RETRY_MS = 1000

export function createBeaconFeed(options: BeaconFeedOptions): BeaconFeed {
  const { chain, pool, source, timelock, signer, log } = options
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let stopped = false
  /** The last poll failed, and the log says so. */
  let isDown = false

  function bestContext(): Ctx {
    const state = chain.stateAt(chain.best)
    return chain.runtime.contextOn(new Overlay(state.reader, state.cache), BigInt(chain.best.number), chain.best.hash)
  }

  async function poll(): Promise<readonly bigint[]> {
    const latest = await source.latest()
    const ctx = bestContext()
    const config = drand.BeaconConfig.get(ctx)
    const missing = missingRounds(drand.LastStoredRound.get(ctx), latest.round, () =>
      Array.from(lockedMessages(ctx), ({ round }) => round),
    )
    const taken: bigint[] = []
    for (const round of missing) {
      if (stopped) break
      const pulse = round === latest.round ? latest : await source.round(round)
      if (pulse.round !== round || !(await timelock.verifyPulseAhead(config.public_key, round, pulse.signature))) {
        log.warn(`The beacon's pulse of round ${round} is not signed by the key of the chain. It is not submitted.`)
        break
      }
      await openAhead(bestContext(), pulse)
      if (await submit(pulse)) taken.push(round)
    }
    return taken
  }

  /** Opens the messages locked to the pulse, each in a turn of its own: blocks and calls go on meanwhile. */
  async function openAhead(ctx: Ctx, { round, signature }: Pulse): Promise<void> {
    for (const { ciphertext, round: wanted } of lockedMessages(ctx)) {
      if (wanted !== round) continue
      await timelock.decryptAhead(ciphertext, signature)
      await nextTurn()
    }
  }

  async function submit({ round, randomness, signature }: Pulse): Promise<boolean> {
    const payload: PulsesPayload = {
      block_number: chain.best.number,
      pulses: [{ round, randomness, signature }],
      public: { type: 'Sr25519', value: hexToBytes(signer.publicKey) },
    }
    const call = calls.write_pulse({
      pulses_payload: payload,
      signature: { type: 'Sr25519', value: signer.sign(encode(PulsesPayload, payload)) },
    })
    try {
      await pool.submit(encodeBare(encode(runtimeCall, call)), { source: 'Local' })
      return true
    } catch (error) {
      // Already there, or stored meanwhile: the next poll sees what is still missing.
      if (!(error instanceof RpcError)) throw error
      log.debug(`The pulse of round ${round} was not taken: ${error.message}`)
      return false
    }
  }

  async function turn(): Promise<void> {
    let waitMs = RETRY_MS
    try {
      await poll()
      if (isDown) log.info('Pulses come again.')
      isDown = false
      const { period, genesis_time: genesisTime } = drand.BeaconConfig.get(bestContext())
      const beacon = { period: Math.max(period, 1), genesisTime }
      const now = Date.now()
      waitMs = timeOfRound(beacon, roundAt(beacon, now / 1000) + 1n) * 1000 + SPREAD_MS - now
    } catch (error) {
      // Once: a beacon that is away is away for many rounds.
      log[isDown ? 'debug' : 'warn'](`No pulse: ${isNeuriteError(error) ? error.shortMessage : describeError(error)}`)
      isDown = true
    }
    if (!stopped) timer = setTimeout(run, waitMs)
  }

  function run(): void {
    running = turn()
  }

  return {
    poll,
    start: run,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** The rounds to submit, ascending: all that are missing, or after a long pause those that something waits for. */
export function missingRounds(last: bigint, latest: bigint, awaited: () => Iterable<bigint>): bigint[] {
  if (latest <= last || latest === 0n) return []
  if (last === 0n) return [latest]
  const gap = latest - last
  if (gap <= MAX_ROUNDS) return Array.from({ length: Number(gap) }, (_, i) => last + 1n + BigInt(i))
  const wanted = [...new Set(awaited())].filter((round) => round > last && round < latest)
  wanted.sort((a, b) => (a < b ? -1 : 1))
  // Were the latest stored now, wanted rounds that do not fit could never be.
  return wanted.length < Number(MAX_ROUNDS) ? [...wanted, latest] : wanted.slice(0, Number(MAX_ROUNDS))
}
