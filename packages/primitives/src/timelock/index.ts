/** Time locks: messages that open when a randomness beacon reaches a round. */
export { type Envelope, OVERHEAD, readEnvelope } from './envelope.ts'
export { decrypt, ENTROPY_LENGTH, encrypt } from './lock.ts'
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
