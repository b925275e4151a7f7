/** Subnets, neurons, stake, emission. Each part declares its calls; here they become one pallet. */
import { writeSubtensorGenesis } from '../../genesis/subtensor.ts'
import { constants } from './constants.ts'
import { P } from './declare.ts'
import { takeCalls } from './delegation/take.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { guards } from './guards/index.ts'
import { identityCalls } from './identity/calls.ts'
import { servingCalls } from './serving/calls.ts'
import { storage } from './storage/index.ts'
import { weightCalls } from './weights/calls.ts'

export const calls = { ...weightCalls, ...servingCalls, ...takeCalls, ...identityCalls }
export { constants, errors, events, storage }

export default P.build({
  constants,
  storage,
  errors,
  events,
  calls,
  guards,
  genesis: writeSubtensorGenesis,
})
