import { P } from './declare.ts'

export const errors = P.errors({
  FeeRateTooHigh: 'The fee rate is above MaxFeeRate.',
  InsufficientInputAmount: 'The amount is too small to swap.',
  InsufficientLiquidity: 'The pool does not hold enough for this.',
  PriceLimitExceeded: 'The price is already at or beyond the limit.',
  InsufficientBalance: 'The caller does not own enough.',
  InvalidTickRange: 'The range of ticks is not valid.',
  InvalidLiquidityValue: 'The amount of liquidity is not valid.',
  ReservesTooLow: 'The pool is too small to swap.',
  MechanismDoesNotExist: 'There is no such subnet.',
  SubtokenDisabled: 'The subnet has not started to trade.',
  ReservesOutOfBalance: 'The reserves do not fit the price.',
  SwapInputTooLarge: 'The input is more than 1000 times the reserve it enters.',
  Deprecated: 'The call does nothing any more.',
})
