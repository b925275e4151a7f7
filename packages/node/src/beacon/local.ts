/**
 * A beacon of our own, for private networks and tests. Its key is in this process: whoever runs it can open everything
 * early, so it hides nothing from them.
 */
import { NeuriteError } from '@neurite/primitives/errors'
import { sha256 } from '@neurite/primitives/hash'
import {
  type BeaconInfo,
  beaconPublicKey,
  type Pulse,
  QUICKNET,
  roundAt,
  SCHEME,
  signPulse,
} from '@neurite/primitives/timelock'
import type { PulseSource } from './source.ts'

export interface LocalBeaconOptions {
  /** What the key is made from; keep it to yourself where the beacon matters. */
  readonly seed: Uint8Array
  /** @unit s, an integer */
  readonly period?: number
  /** @unit s since 1970. Default: that of quicknet, so that rounds have the numbers clients compute. */
  readonly genesisTime?: number
  /** @unit s since 1970 */
  readonly now?: () => number
}

export interface LocalBeacon extends PulseSource {
  readonly info: BeaconInfo
}

/** The key of local networks: known to everybody, like those of the development accounts. */
export const LOCAL_SEED: Uint8Array = new TextEncoder().encode('//neurite//local-beacon')

/** Pulses kept, so that clients who ask for the same round do not make it anew. */
const KEPT = 256

export function createLocalBeacon(options: LocalBeaconOptions): LocalBeacon {
  const { seed, period = QUICKNET.period, genesisTime = QUICKNET.genesisTime } = options
  const now = options.now ?? (() => Date.now() / 1000)
  const publicKey = beaconPublicKey(seed)
  const text = new TextEncoder()
  const facts = text.encode(`${Buffer.from(publicKey).toString('hex')} ${period} ${genesisTime}`)
  const info: BeaconInfo = {
    publicKey,
    period,
    genesisTime,
    hash: sha256(facts),
    groupHash: sha256(publicKey),
    schemeId: SCHEME,
    beaconId: 'local',
  }
  const kept = new Map<bigint, Pulse>()

  function pulseOf(round: bigint): Pulse {
    let pulse = kept.get(round)
    if (pulse === undefined) {
      pulse = signPulse(seed, round)
      kept.set(round, pulse)
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
    }
    return pulse
  }

  return {
    info,
    latest: async () => pulseOf(roundAt(info, now())),
    async round(round) {
      const newest = roundAt(info, now())
      if (round < 1n || round > newest) {
        throw new NeuriteError('BeaconUnreachable', `Round \`${round}\` is not out.`, {
          details: [`Expected a round from 1 to ${newest}, the newest now.`],
        })
      }
      return pulseOf(round)
    },
  }
}
