/** What an epoch reads and what it writes: the state of one mechanism of one subnet. */

/** Rows of (column uid, u16 value) in stored order. Row i is [rowStart[i], rowStart[i + 1]). */
export interface SparseU16 {
  /** n + 1 offsets. */
  readonly rowStart: Uint32Array
  readonly columns: Uint16Array
  readonly values: Uint16Array
}

export interface EpochParams {
  /** Share of stake that must agree on a weight. @unit u16 fraction */
  readonly kappa: number
  /** How many uids may hold a permit. @unit uids */
  readonly maxAllowedValidators: number
  /** Stake weight below which a uid counts as without stake. @unit rao */
  readonly stakeThreshold: bigint
  /** Weight of root TAO beside alpha, as U96F32 bits: see `taoWeightBits`. */
  readonly taoWeight: bigint
  /** Part of a bond kept from the last epoch. @unit millionths */
  readonly bondsMovingAverage: number
  /** How far bonds follow clipped (65535) instead of plain (0) weights. @unit u16 fraction */
  readonly bondsPenalty: number
  readonly yuma3On: boolean
  /** Only used with Yuma3. */
  readonly liquidAlphaOn: boolean
  /** @unit u16 fraction */
  readonly alphaLow: number
  /** @unit u16 fraction */
  readonly alphaHigh: number
  /** @unit i16, hundredths */
  readonly alphaSigmoidSteepness: number
}

export interface EpochInput {
  /** Number of uids; every per-uid array has this length. */
  readonly n: number
  /** Block being built. */
  readonly block: number
  /** @unit blocks */
  readonly tempo: number
  /** A uid without update for more than this is inactive. @unit blocks */
  readonly activityCutoff: number
  /** Block of this subnet's previous epoch; 0 if it never ran. */
  readonly lastMechanismStepBlock: number
  /** Block of each uid's last weights (or commit). */
  readonly lastUpdate: Float64Array
  /** Block at which each uid was last registered; 0 for an empty slot. */
  readonly registeredAt: Float64Array
  /** Alpha of each uid's hotkey on this subnet, inheritance applied. @unit alpha-rao */
  readonly alphaStake: BigUint64Array
  /** Root TAO of each uid's hotkey, inheritance of this subnet applied. @unit rao */
  readonly taoStake: BigUint64Array
  /** 1 where the uid holds a permit from the last epoch. */
  readonly validatorPermits: Uint8Array
  /** uid of the subnet owner's hotkey, if registered. */
  readonly ownerUid: number | undefined
  readonly weights: SparseU16
  readonly bonds: SparseU16
  /** With commit-reveal on: block of each uid's earliest unexpired commit, Infinity for none. Leave out when it is off. */
  readonly earliestCommit?: Float64Array | undefined
  /** Amount to share out among servers and validators. @unit alpha-rao */
  readonly emission: bigint
  readonly params: EpochParams
}

export interface EpochResult {
  /** Share of the subnet's stake. @unit u16 fraction */
  readonly stakeWeight: Uint16Array
  /** @unit u16 fraction */
  readonly consensus: Uint16Array
  /** @unit u16 fraction */
  readonly incentive: Uint16Array
  /** @unit u16 fraction */
  readonly dividends: Uint16Array
  /** @unit u16 fraction */
  readonly validatorTrust: Uint16Array
  /** 1 where the uid has updated within the cutoff. */
  readonly active: Uint8Array
  /** 1 where the uid holds a permit from now on. */
  readonly validatorPermits: Uint8Array
  /** Bonds to store: rows of uids without a new permit are empty. */
  readonly bonds: SparseU16
  /** @unit alpha-rao */
  readonly serverEmission: BigUint64Array
  /** @unit alpha-rao */
  readonly validatorEmission: BigUint64Array
  /** Combined amount, kept for display and for pruning. @unit alpha-rao */
  readonly emission: BigUint64Array
  /** Stake weight before threshold and normalisation (voting power is derived from it). @unit rao */
  readonly totalStake: BigUint64Array
}

/** A sparse matrix of I32F32 bits; columns outside the matrix may occur in bonds and are ignored. */
export interface SparseFixed {
  readonly rowStart: Uint32Array
  readonly columns: Uint16Array
  readonly values: Float64Array
  /** 1 for rows whose columns only go up, so that none is repeated. Found out by {@link isAscending} where left out. */
  readonly ascending?: Uint8Array | undefined
}
