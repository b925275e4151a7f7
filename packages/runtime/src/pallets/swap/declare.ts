import { pallet } from '../../frame/index.ts'

/** Exchange of TAO and the alpha of a subnet. */
export const P = pallet({ name: 'Swap', index: 28, crate: 'pallet_subtensor_swap' })
