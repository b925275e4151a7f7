/** What the chain keeps of an account's balance. */
import {
  type Codec,
  fixedBytes,
  nameEnum,
  once,
  struct,
  type TypeParam,
  u64,
  u128,
  type ValueOf,
  vec,
  wrapper,
} from '@neurite/primitives/scale'

/** Set in `flags` once an account's consumer count covers its reserves: true for every account made here. */
export const NEW_LOGIC = 1n << 127n

export const AccountData = struct(
  'pallet_balances::types::AccountData',
  { free: u64, reserved: u64, frozen: u64, flags: wrapper('pallet_balances::types::ExtraFlags', u128) },
  { params: [{ name: 'Balance', codec: u64 }] },
)
/** Rao: `free` can be spent above `frozen`; `reserved` is held back for deposits. */
export type AccountData = ValueOf<typeof AccountData>

/** PERF: written out, see `withData` of the system pallet. */
export function withFree(data: AccountData, free: bigint): AccountData {
  return { free, reserved: data.reserved, frozen: data.frozen, flags: data.flags }
}

export const EMPTY_DATA: AccountData = { free: 0n, reserved: 0n, frozen: 0n, flags: NEW_LOGIC }

export const Reasons = nameEnum('pallet_balances::types::Reasons', ['Fee', 'Misc', 'All'])
export const BalanceLock = struct(
  'pallet_balances::types::BalanceLock',
  { id: fixedBytes(8), amount: u64, reasons: Reasons },
  { params: [{ name: 'Balance', codec: u64 }] },
)
export const ReserveData = struct(
  'pallet_balances::types::ReserveData',
  { id: fixedBytes(8), amount: u64 },
  {
    params: [
      { name: 'ReserveIdentifier', codec: fixedBytes(8) },
      { name: 'Balance', codec: u64 },
    ],
  },
)

export const AdjustmentDirection = nameEnum('pallet_balances::types::AdjustmentDirection', ['Increase', 'Decrease'])
export const BalanceStatus = nameEnum('frame_support::traits::tokens::misc::BalanceStatus', ['Free', 'Reserved'], {
  typeName: 'Status',
})

/** A list whose bound the reference checks only when it writes. */
export function weakBoundedVec<T>(of: Codec<T>): Codec<readonly T[]> {
  const list = vec(of)
  const params: readonly TypeParam[] = [{ name: 'T', codec: of }, { name: 'S' }]
  return {
    ...list,
    typeName: `WeakBoundedVec<${of.typeName}>`,
    type: once(() => ({
      path: 'bounded_collections::weak_bounded_vec::WeakBoundedVec',
      params,
      def: { kind: 'composite', fields: [{ typeName: 'Vec<T>', codec: list }] },
    })),
  }
}
