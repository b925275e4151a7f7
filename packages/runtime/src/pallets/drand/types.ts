/** Pulses, beacons and the payloads that carry them. subtensor 14bc6f9 pallets/drand/src/types.rs */
import {
  boundedBytes,
  type Codec,
  fixedBytes,
  itemsOf,
  named,
  struct,
  u32,
  u64,
  type ValueOf,
  variant,
  vec,
} from '@neurite/primitives/scale'
import type { BeaconInfo } from '@neurite/primitives/timelock'

export const roundNumber = named('RoundNumber', u64)
const blockNumber = named('BlockNumber', u32)
const boundedHash = boundedBytes(32, 'BoundedHash')

/** Who signed a payload: a public key with its scheme. */
export const MultiSigner = variant('sp_runtime::MultiSigner', {
  Ed25519: itemsOf(named('ed25519::Public', fixedBytes(32))),
  Sr25519: itemsOf(named('sr25519::Public', fixedBytes(32))),
  Ecdsa: itemsOf(named('ecdsa::Public', fixedBytes(33))),
})
export type MultiSigner = ValueOf<typeof MultiSigner>

const Metadata = struct('pallet_drand::types::Metadata', { beacon_id: boundedHash })

export const BeaconConfiguration = struct('pallet_drand::types::BeaconConfiguration', {
  /** Point of G2, compressed. */
  public_key: boundedBytes(96, 'OpaquePublicKey'),
  period: u32,
  genesis_time: u32,
  hash: boundedHash,
  group_hash: boundedHash,
  scheme_id: boundedHash,
  metadata: Metadata,
})
export type BeaconConfiguration = ValueOf<typeof BeaconConfiguration>

export const Pulse = struct('pallet_drand::types::Pulse', {
  round: roundNumber,
  randomness: boundedBytes(32),
  /** Point of G1, compressed; what follows the 48 bytes has no meaning. */
  signature: boundedBytes(144),
})
export type Pulse = ValueOf<typeof Pulse>

function payload<F extends Record<string, Codec<any>>>(name: string, content: F) {
  return struct(
    `pallet_drand::types::${name}`,
    { block_number: blockNumber, ...content, public: named('Public', MultiSigner) },
    {
      params: [
        { name: 'Public', codec: MultiSigner },
        { name: 'BlockNumber', codec: u32 },
      ],
    },
  )
}

export const PulsesPayload = payload('PulsesPayload', { pulses: vec(Pulse) })
export type PulsesPayload = ValueOf<typeof PulsesPayload>

export const BeaconConfigurationPayload = payload('BeaconConfigurationPayload', { config: BeaconConfiguration })
export type BeaconConfigurationPayload = ValueOf<typeof BeaconConfigurationPayload>

const text = new TextEncoder()

/** The configuration as the chain stores it. */
export function configurationOf(beacon: BeaconInfo): BeaconConfiguration {
  return {
    public_key: beacon.publicKey,
    period: beacon.period,
    genesis_time: beacon.genesisTime,
    hash: beacon.hash,
    group_hash: beacon.groupHash,
    scheme_id: text.encode(beacon.schemeId),
    metadata: { beacon_id: text.encode(beacon.beaconId) },
  }
}
