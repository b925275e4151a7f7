/**
 * A subnet small enough to replay upstream's state-level tests: what their set-up calls leave in storage, and an epoch
 * that writes its results back. It needs nothing but the kernel, so that it runs wherever the kernel does.
 *
 * Derived from the set-up code of subtensor 14bc6f9 pallets/subtensor/src/tests/{mock,epoch}.rs:
 * - a uid is registered with LastUpdate and BlockAtRegistration at the current block and without a permit;
 * - set_weights stores the max-upscaled values in the caller's order and sets LastUpdate;
 * - the tests call the epoch directly, so LastMechansimStepBlock stays 0;
 * - the cutoff follows the tempo (13 889 thousandths of it); TaoWeight and StakeThreshold are 0;
 * - `epoch` leaves bonds, permits and the vectors in storage for the next call.
 */
import {
  activityCutoffBlocks,
  createSparseU16,
  type EpochInput,
  type EpochParams,
  type EpochResult,
  epoch,
  rowOf,
  vecU16MaxUpscaleToU16,
} from '@neurite/runtime/yuma'

export type Entries = [uid: number, value: number][]

export interface SubnetOptions {
  readonly stake: readonly (number | bigint)[]
  readonly block?: number
  readonly tempo?: number
  readonly ownerUid?: number
  readonly params?: Partial<EpochParams>
  /** What computes an epoch; the kernel if left out. */
  readonly run?: (input: EpochInput) => EpochResult
}

/** Defaults of the mock runtime, Yuma3 off as `add_network_disable_commit_reveal` leaves it. */
const DEFAULTS: EpochParams = {
  kappa: 32767,
  maxAllowedValidators: 128,
  stakeThreshold: 0n,
  taoWeight: 0n,
  bondsMovingAverage: 900_000,
  bondsPenalty: 65535,
  yuma3On: false,
  liquidAlphaOn: false,
  alphaLow: 45875,
  alphaHigh: 58982,
  alphaSigmoidSteepness: 1000,
}

export interface Subnet {
  block: number
  tempo: number
  params: EpochParams
  readonly n: number
  readonly stake: bigint[]
  readonly permits: number[]
  readonly lastUpdate: number[]
  readonly registeredAt: number[]
  readonly weights: Entries[]
  bonds: Entries[]
  earliestCommit: number[] | undefined
  setWeights(uid: number, targets: readonly number[], values: readonly number[]): void
  /** Another hotkey without stake takes the uid. */
  replace(uid: number): void
  epoch(emission?: bigint): EpochResult
  bond(uid: number, target: number): number
}

export function createSubnet(options: SubnetOptions): Subnet {
  const { stake, block = 1, tempo = 65534, ownerUid, params, run = epoch } = options
  const n = stake.length
  const subnet: Subnet = {
    n,
    block,
    tempo,
    params: { ...DEFAULTS, ...params },
    stake: stake.map(BigInt),
    permits: stake.map(() => 0),
    lastUpdate: stake.map(() => block),
    registeredAt: stake.map(() => block),
    weights: stake.map(() => []),
    bonds: stake.map(() => []),
    earliestCommit: undefined,

    setWeights(uid, targets, values) {
      const upscaled = vecU16MaxUpscaleToU16(values)
      subnet.weights[uid] = targets.map((target, k) => [target, upscaled[k]!])
      subnet.lastUpdate[uid] = subnet.block
    },

    replace(uid) {
      subnet.stake[uid] = 0n
      subnet.permits[uid] = 0
      subnet.lastUpdate[uid] = subnet.block
      subnet.registeredAt[uid] = subnet.block
      subnet.weights[uid] = []
      subnet.bonds[uid] = []
      for (const row of subnet.weights) for (const entry of row) if (entry[0] === uid) entry[1] = 0
    },

    epoch(emission = 1_000_000_000n) {
      const input: EpochInput = {
        n,
        block: subnet.block,
        tempo: subnet.tempo,
        activityCutoff: activityCutoffBlocks(13_889, subnet.tempo),
        lastMechanismStepBlock: 0,
        lastUpdate: Float64Array.from(subnet.lastUpdate),
        registeredAt: Float64Array.from(subnet.registeredAt),
        alphaStake: BigUint64Array.from(subnet.stake),
        taoStake: new BigUint64Array(n),
        validatorPermits: Uint8Array.from(subnet.permits),
        ownerUid,
        weights: createSparseU16(n, (uid) => subnet.weights[uid]),
        bonds: createSparseU16(n, (uid) => subnet.bonds[uid]),
        earliestCommit: subnet.earliestCommit && Float64Array.from(subnet.earliestCommit),
        emission,
        params: subnet.params,
      }
      const result = run(input)
      subnet.bonds = subnet.bonds.map((_, uid) => rowOf(result.bonds, uid))
      result.validatorPermits.forEach((permit, uid) => {
        subnet.permits[uid] = permit
      })
      return result
    },

    bond: (uid, target) => subnet.bonds[uid]!.find(([column]) => column === target)?.[1] ?? 0,
  }
  return subnet
}
