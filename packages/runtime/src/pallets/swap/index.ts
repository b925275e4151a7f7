/**
 * Exchange of TAO and alpha through a weighted pool for each subnet. The arithmetic is in `economics/`, the reserves
 * belong to the subtensor pallet, this pallet keeps weights and fees.
 *
 * subtensor 14bc6f9 pallets/swap
 */
import { swapApi } from './apis.ts'
import { calls } from './calls.ts'
import { constants } from './constants.ts'
import { P } from './declare.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { mirrorPrices } from './pool.ts'
import { storage } from './storage.ts'

export { priceInRao, SimSwapResult, SubnetPrice, swapApi } from './apis.ts'
export * from './pool.ts'
export { calls, constants, errors, events, storage }

export default P.build({
  constants,
  storage,
  errors,
  events,
  calls,
  apis: [swapApi],
  hooks: { onFinalize: mirrorPrices },
})
