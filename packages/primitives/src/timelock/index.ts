/** Time locks: messages that open when a randomness beacon reaches a round. */
export { type G1Point, type G2Point, pairingBytes, readG1, readG2 } from './curve.ts'
export { type Envelope, OVERHEAD, readEnvelope } from './envelope.ts'
export { decrypt, ENTROPY_LENGTH, encrypt, type PairingBytes } from './lock.ts'
export { legacyWeightsPayload, weightsPayload } from './payload.ts'
export {
  type BeaconInfo,
  beaconPublicKey,
  type Pulse,
  QUICKNET,
  roundAt,
  SCHEME,
  signPulse,
  timeOfRound,
  verifyPulse,
} from './pulse.ts'
