/**
 * Stake a hotkey votes with, after what it hands to children and receives from parents.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs get_inherited_for_hotkey_on_subnet and
 * get_tao_inherited_for_hotkey_on_subnet: one formula for alpha and for root TAO. Alpha on root is not inherited.
 */
const U64_MAX = (1n << 64n) - 1n

/** Share of a parent's stake given to a child, as U96F32 bits. @unit proportion: u64 fraction */
export function childProportionBits(proportion: bigint): bigint {
  return (proportion << 32n) / U64_MAX
}

export interface ParentStake {
  /** Share of the parent's stake that this hotkey votes with. @unit u64 fraction */
  readonly proportion: bigint
  /** Own stake of the parent. @unit rao */
  readonly stake: bigint
}

export interface InheritStakeParameters {
  /** Own stake of the hotkey. @unit rao */
  readonly stake: bigint
  /** Proportions handed to its children on this subnet. @unit u64 fraction */
  readonly children: readonly bigint[]
  readonly parents: readonly ParentStake[]
}

/** Stake after inheritance, floored. @unit rao */
export function inheritStake({ stake, children, parents }: InheritStakeParameters): bigint {
  let given = 0n
  for (const proportion of children) given += stake * childProportionBits(proportion)
  let received = 0n
  for (const parent of parents) received += parent.stake * childProportionBits(parent.proportion)
  const own = stake << 32n
  const inherited = ((own > given ? own - given : 0n) + received) >> 32n
  return inherited > U64_MAX ? U64_MAX : inherited
}
