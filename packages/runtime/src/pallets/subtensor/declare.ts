import { pallet } from '../../frame/index.ts'

/** Subnets, neurons, stake, emission: the pallet that makes the chain what it is. */
export const P = pallet({ name: 'SubtensorModule', index: 7, crate: 'pallet_subtensor' })
