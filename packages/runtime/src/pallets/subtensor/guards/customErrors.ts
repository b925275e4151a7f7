/**
 * The number with which the pool refuses a call that would fail with an error of this pallet.
 * subtensor 14bc6f9 common/src/transaction_error.rs and pallets/subtensor/src/extensions/subtensor.rs
 */
import type { ModuleError } from '../../../frame/index.ts'
import type { errors } from '../errors.ts'

type ErrorName = keyof typeof errors

const CODES: Partial<Record<ErrorName, number>> = {
  ColdkeySwapAnnounced: 0,
  AmountTooLow: 1,
  NotEnoughStakeToSetWeights: 1,
  NotEnoughBalanceToStake: 2,
  SubnetNotExists: 3,
  HotKeyAccountNotExists: 4,
  NotEnoughStakeToWithdraw: 5,
  CommittingWeightsTooFast: 6,
  SettingWeightsTooFast: 6,
  NetworkTxRateLimitExceeded: 6,
  InsufficientLiquidity: 7,
  SlippageTooHigh: 8,
  TransferDisallowed: 9,
  HotKeyNotRegisteredInNetwork: 10,
  InvalidIpAddress: 11,
  ServingRateLimitExceeded: 12,
  InvalidPort: 13,
  InvalidRevealRound: 15,
  NoWeightsCommitFound: 16,
  RevealTooEarly: 17,
  InputLengthsUnequal: 18,
  HotKeyNotRegisteredInSubNet: 19,
  EvmKeyAssociateRateLimitExceeded: 20,
  ColdkeySwapDisputed: 21,
  NonAssociatedColdKey: 25,
  DelegateTakeTooLow: 26,
  DelegateTakeTooHigh: 27,
}

/** Errors without a number of their own. */
const BAD_REQUEST = 255

export function customErrorCode(error: ModuleError): number {
  return CODES[error.name as ErrorName] ?? BAD_REQUEST
}
