import { netuid, u16 } from '@neurite/primitives/scale'
import { eventOf } from '../../frame/index.ts'
import { P } from './declare.ts'

export const events = P.events({
  /** The fee of swaps on a subnet was set. */
  FeeRateSet: eventOf({ netuid, rate: u16 }),
})
