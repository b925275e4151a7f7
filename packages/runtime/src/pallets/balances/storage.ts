/** Issuance, and reasons for which parts of balances are held. The balances themselves are in `System.Account`. */
import { accountId, atIndex, boundedVec, itemsOf, nameEnum, struct, u64, variant } from '@neurite/primitives/scale'
import { blake2_128Concat, map, value } from '../../frame/index.ts'
import { P } from './pallet.ts'
import { AccountData, BalanceLock, EMPTY_DATA, ReserveData, weakBoundedVec } from './types.ts'

/** Pallets that may hold funds, by pallet index. */
const holdReason = variant('node_subtensor_runtime::RuntimeHoldReason', {
  Preimage: atIndex(14, itemsOf(nameEnum('pallet_preimage::pallet::HoldReason', ['Preimage']))),
  SafeMode: atIndex(20, itemsOf(nameEnum('pallet_safe_mode::pallet::HoldReason', ['EnterOrExtend']))),
  Contracts: atIndex(
    29,
    itemsOf(nameEnum('pallet_contracts::pallet::HoldReason', ['CodeUploadDepositReserve', 'StorageDepositReserve'])),
  ),
})
/** No pallet freezes funds. */
const freezeReason = variant('node_subtensor_runtime::RuntimeFreezeReason', {})

function idAmount<T>(id: import('@neurite/primitives/scale').Codec<T>) {
  return struct(
    'frame_support::traits::tokens::misc::IdAmount',
    { id, amount: u64 },
    {
      params: [
        { name: 'Id', codec: id },
        { name: 'Balance', codec: u64 },
      ],
    },
  )
}

const of = { account: blake2_128Concat(accountId) }

export const storage = P.storage({
  /** Rao in existence: the sum of all balances. */
  TotalIssuance: value(u64),
  InactiveIssuance: value(u64),
  /** Unused: balances are in `System.Account`. */
  Account: map(of, AccountData).default(EMPTY_DATA),
  Locks: map(of, weakBoundedVec(BalanceLock)),
  Reserves: map(of, boundedVec(ReserveData, 50)),
  Holds: map(of, boundedVec(idAmount(holdReason), 4)),
  Freezes: map(of, boundedVec(idAmount(freezeReason), 50)),
})
