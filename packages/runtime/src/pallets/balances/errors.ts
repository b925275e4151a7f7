import { P } from './pallet.ts'

export const errors = P.errors({
  VestingBalance: 'Part of the balance is still vesting.',
  LiquidityRestrictions: 'Locks on the account prevent the withdrawal.',
  InsufficientBalance: 'The balance is too low.',
  ExistentialDeposit: 'The amount is below the existential deposit, so it cannot make an account.',
  Expendability: 'The payment would remove the account.',
  ExistingVestingSchedule: 'The account already has a vesting schedule.',
  DeadAccount: 'The beneficiary account does not exist.',
  TooManyReserves: 'The account has too many named reserves.',
  TooManyHolds: 'The account has too many holds.',
  TooManyFreezes: 'The account has too many freezes.',
  IssuanceDeactivated: 'Issuance cannot become smaller than its inactive part.',
  DeltaZero: 'The change must not be zero.',
})
