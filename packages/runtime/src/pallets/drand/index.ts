/** Pulses of a randomness beacon, written by anybody and verified here. Storage prefix `Drand`. */
import { named, option, u64 } from '@neurite/primitives/scale'
import type { BeaconInfo } from '@neurite/primitives/timelock'
import { call, root, signatureCodec, unsigned, weight } from '../../frame/index.ts'
import { errors, events } from './declare.ts'
import { writePulses } from './pulses.ts'
import { constants, P, storage } from './storage.ts'
import { BeaconConfigurationPayload, configurationOf, PulsesPayload } from './types.ts'
import { validateUnsigned } from './unsigned.ts'

export { BeaconConfiguration, BeaconConfigurationPayload, configurationOf, Pulse, PulsesPayload } from './types.ts'
export { constants, errors, events, storage }

const signature = named('Option<T::Signature>', option(signatureCodec))

export const calls = P.calls({
  /** Verify a pulse of the beacon and store it. */
  write_pulse: call({
    index: 0,
    origin: unsigned,
    weight: weight(4_294_000_000n, { reads: 3, writes: 4 }),
    args: {
      pulses_payload: named('PulsesPayload<T::Public, BlockNumberFor<T>>', PulsesPayload),
      signature,
    },
    run: (ctx, _origin, { pulses_payload }) => writePulses(ctx, pulses_payload.pulses),
  }),
  /** Take another beacon. Only root. */
  set_beacon_config: call({
    index: 1,
    origin: root,
    weight: weight(8_766_000n, { writes: 2 }),
    args: {
      config_payload: named('BeaconConfigurationPayload<T::Public, BlockNumberFor<T>>', BeaconConfigurationPayload),
      signature,
    },
    run(ctx, _origin, { config_payload }) {
      storage.BeaconConfig.set(ctx, config_payload.config)
      storage.NextUnsignedAt.set(ctx, Number(ctx.block) + 1)
      ctx.emit(events.BeaconConfigChanged())
    },
  }),
  /** Set the oldest stored round, from which pruning goes on. Only root. */
  set_oldest_stored_round: call({
    index: 2,
    origin: root,
    weight: weight(5_370_000n, { writes: 1 }),
    args: { oldest_round: u64 },
    run(ctx, _origin, { oldest_round }) {
      storage.OldestStoredRound.set(ctx, oldest_round)
      ctx.emit(events.SetOldestStoredRound(oldest_round))
    },
  }),
})

export interface DrandGenesis {
  /** The beacon whose pulses count; quicknet if absent. */
  readonly beacon?: BeaconInfo | undefined
}

export default P.build({
  constants,
  storage,
  errors,
  events,
  calls,
  validateUnsigned,
  genesis(ctx, config: DrandGenesis | undefined) {
    if (config?.beacon) storage.BeaconConfig.set(ctx, configurationOf(config.beacon))
  },
})
