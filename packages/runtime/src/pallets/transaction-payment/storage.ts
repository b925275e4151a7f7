import { nameEnum, u128, wrapper } from '@neurite/primitives/scale'
import { pallet, value } from '../../frame/index.ts'

export const P = pallet({ name: 'TransactionPayment', index: 6, crate: 'pallet_transaction_payment' })

export const storage = P.storage({
  /** Factor on the weight fee, in 10^-18. It stays at one. */
  NextFeeMultiplier: value(wrapper('sp_arithmetic::fixed_point::FixedU128', u128)).default(10n ** 18n),
  StorageVersion: value(nameEnum('pallet_transaction_payment::Releases', ['V1Ancient', 'V2'])).default('V1Ancient'),
})
