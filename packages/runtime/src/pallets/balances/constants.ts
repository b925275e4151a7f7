import { u32, u64 } from '@neurite/primitives/scale'
import { constant } from '../../frame/index.ts'
import { P } from './pallet.ts'

/** Rao that keep an account alive; with less it is removed and the rest is lost. */
export const EXISTENTIAL_DEPOSIT = 500n

export const constants = P.constants({
  ExistentialDeposit: constant(u64, EXISTENTIAL_DEPOSIT),
  MaxLocks: constant(u32, 50),
  MaxReserves: constant(u32, 50),
  MaxFreezes: constant(u32, 50),
})
