/** What differs between networks that run the same runtime. Part of genesis; never changes afterwards. */

/** Switches that bring back behaviour of older reference versions for older clients. Each is read in one place. */
export interface CompatSwitches {
  /** Clock of epochs: by `LastEpochBlock` (spec 425) or by `(block + netuid + 1) mod (tempo + 1)` (before 2026-05). */
  readonly epochClock: 'lastEpoch' | 'modulo'
  /** Which checks run in the pool: those of spec 425, or those of spec 402 with the others as dispatch errors. */
  readonly guards: 425 | 402
  /** Activity cutoff: `ActivityCutoffFactorMilli` times tempo, or a fixed 5000 blocks. */
  readonly activityCutoff: 'factor' | 'blocks5000'
  /** What views show for the retired rank, trust and pruning score. */
  readonly retiredScores: 'empty' | 'zeros'
  /** Factor on the burn after each registration, in thousandths. */
  readonly burnIncreaseMult: 1260 | 1000
  /** Blocks between two `set_children` calls. */
  readonly setChildrenRateLimit: 150 | 15
  /** Version of Yuma that a new subnet starts with: 2 until spec 393. */
  readonly yumaOfNewSubnets: 3 | 2
}

export const COMPAT_425: CompatSwitches = {
  epochClock: 'lastEpoch',
  guards: 425,
  activityCutoff: 'factor',
  retiredScores: 'empty',
  burnIncreaseMult: 1260,
  setChildrenRateLimit: 150,
  yumaOfNewSubnets: 3,
}

/** Behaviour that the Python SDK's own tests at 10.2.0 expect. */
export const COMPAT_SDK10: CompatSwitches = {
  epochClock: 'modulo',
  guards: 402,
  activityCutoff: 'blocks5000',
  retiredScores: 'zeros',
  burnIncreaseMult: 1000,
  setChildrenRateLimit: 15,
  yumaOfNewSubnets: 2,
}

export interface RuntimeProfile {
  /** The reference's `fast-runtime` build: 250 ms blocks and short delays. */
  readonly fastBlocks: boolean
  readonly compat: CompatSwitches
  /**
   * How neurons join. `price` (default): at a price that falls with every block and rises with every registration, as in
   * spec 425. `work`: by proof of work or at a price, both adjusted once in an interval, as in the reference until 2026-01.
   */
  readonly registration?: 'price' | 'work'
}

export const FAST_PROFILE: RuntimeProfile = { fastBlocks: true, compat: COMPAT_425 }
export const NORMAL_PROFILE: RuntimeProfile = { fastBlocks: false, compat: COMPAT_425 }
