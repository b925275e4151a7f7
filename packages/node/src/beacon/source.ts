/** Where pulses come from: anything that can be asked for the newest round and for a round by its number. */
import type { BeaconInfo, Pulse } from '@neurite/primitives/timelock'

export interface PulseSource {
  /** @throws NeuriteError `BeaconUnreachable` */
  latest(): Promise<Pulse>
  /** @throws NeuriteError `BeaconUnreachable`, also when the round is not out yet */
  round(round: bigint): Promise<Pulse>
}

/** What beacons tell of themselves at `/{hash}/info`. */
export interface InfoJson {
  readonly public_key: string
  readonly period: number
  readonly genesis_time: number
  readonly hash: string
  readonly groupHash: string
  readonly schemeID: string
  readonly metadata: { readonly beaconID: string }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export function infoJson(beacon: BeaconInfo): InfoJson {
  return {
    public_key: hex(beacon.publicKey),
    period: beacon.period,
    genesis_time: beacon.genesisTime,
    hash: hex(beacon.hash),
    groupHash: hex(beacon.groupHash),
    schemeID: beacon.schemeId,
    metadata: { beaconID: beacon.beaconId },
  }
}

export function pulseJson({ round, randomness, signature }: Pulse): string {
  return `{"round":${round},"randomness":"${hex(randomness)}","signature":"${hex(signature)}"}`
}

const MAX_RANDOMNESS = 32
const MAX_SIGNATURE = 144

/** A pulse from the JSON of a beacon; undefined when it is none. Nothing is verified here. */
export function parsePulse(text: string): Pulse | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null) return undefined
  const { round, randomness, signature } = json as Record<string, unknown>
  if (typeof round !== 'number' || !Number.isSafeInteger(round) || round < 0) return undefined
  const bytes = [readHex(randomness, MAX_RANDOMNESS), readHex(signature, MAX_SIGNATURE)] as const
  if (bytes[0] === undefined || bytes[1] === undefined) return undefined
  return { round: BigInt(round), randomness: bytes[0], signature: bytes[1] }
}

function readHex(value: unknown, max: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > 2 * max || value.length % 2 !== 0) return undefined
  return /^[0-9a-fA-F]*$/.test(value) ? new Uint8Array(Buffer.from(value, 'hex')) : undefined
}
