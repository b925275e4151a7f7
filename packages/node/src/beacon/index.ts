/** Pulses of a randomness beacon, from the beacon to the chain. */
export { type BeaconClientOptions, createBeaconClient, QUICKNET_ENDPOINTS } from './client.ts'
export { type BeaconFeed, type BeaconFeedOptions, createBeaconFeed, missingRounds } from './feed.ts'
export { createLocalBeacon, LOCAL_SEED, type LocalBeacon, type LocalBeaconOptions } from './local.ts'
export { createTimelockMemo, type TimelockMemo, type TimelockMemoOptions } from './memo.ts'
export { loadPairing } from './pairing.ts'
export { type BeaconServer, startBeaconServer } from './server.ts'
export { infoJson, type PulseSource, parsePulse, pulseJson } from './source.ts'
export { createTimelockThread, type TimelockThread } from './thread.ts'
