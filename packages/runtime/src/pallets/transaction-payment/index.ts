/** Fees of extrinsics. Storage prefix `TransactionPayment`. */
import { u8 } from '@neurite/primitives/scale'
import { constant } from '../../frame/index.ts'
import { events } from './events.ts'
import { P, storage } from './storage.ts'

export {
  type AlphaFee,
  bindPaymentOptions,
  correctAndDepositFee,
  type PaymentOptions,
  type TakenFee,
  withdrawFee,
} from './charge.ts'
export {
  type Charge,
  computeFee,
  FeeDetails,
  feeDetails,
  InclusionFee,
  lengthToFee,
  queryFeeDetails,
  queryInfo,
  RuntimeDispatchInfo,
  weightToFee,
} from './fee.ts'
export { events, storage }

export const constants = P.constants({ OperationalFeeMultiplier: constant(u8, 5) })

export default P.build({
  constants,
  storage,
  events,
  genesis(ctx) {
    storage.StorageVersion.set(ctx, 'V2')
    storage.NextFeeMultiplier.set(ctx, 10n ** 18n)
  },
})
