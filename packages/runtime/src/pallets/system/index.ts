/** The base of the runtime: accounts, the block being built, events. Storage prefix `System`. */
import { writeGenesis } from './block.ts'
import { calls } from './calls.ts'
import { constants } from './constants.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { P } from './pallet.ts'
import { storage } from './storage.ts'

export * from './accounts.ts'
export { finalise, initialise, noteApplied } from './block.ts'
export { CODE_KEY, depositLog, HEAP_PAGES_KEY } from './calls.ts'
export { BASE_EXTRINSIC, BLOCK_LIMITS, type BlockLimits, MAX_CONSUMERS } from './constants.ts'
export * from './types.ts'
export { bindApiVersions, runtimeVersion } from './version.ts'
export { calls, constants, errors, events, storage }

export default P.build({ constants, storage, errors, events, calls, genesis: writeGenesis })
