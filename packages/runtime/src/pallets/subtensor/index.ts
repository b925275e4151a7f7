/** Subnets, neurons, stake, emission. Each part declares its calls; here they become one pallet. */
import { writeSubtensorGenesis } from '../../genesis/subtensor.ts'
import { createBlockStep } from './coinbase/index.ts'
import { constants } from './constants.ts'
import { P } from './declare.ts'
import { childCalls } from './delegation/childCalls.ts'
import { applyPendingChildren } from './delegation/children.ts'
import { takeCalls } from './delegation/take.ts'
import { epochCalls } from './epoch/control.ts'
import { votingPowerCalls } from './epoch/votingPower.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { guards } from './guards/index.ts'
import { identityCalls } from './identity/calls.ts'
import { syncIssuance } from './issuance/index.ts'
import { keyCalls } from './keys/calls.ts'
import { registrationCalls } from './registration/index.ts'
import { servingCalls } from './serving/calls.ts'
import { rootClaimCalls, stakingCalls } from './staking/index.ts'
import { storage } from './storage/index.ts'
import { viewApis } from './views/index.ts'
import { weightCalls } from './weights/calls.ts'
import { openTimelockedWeights } from './weights/openTimelocked.ts'
import { timelockedCalls } from './weights/timelockedCalls.ts'

export const calls = {
  ...weightCalls,
  ...timelockedCalls,
  ...servingCalls,
  ...takeCalls,
  ...childCalls,
  ...identityCalls,
  ...stakingCalls,
  ...rootClaimCalls,
  ...registrationCalls,
  ...keyCalls,
  ...epochCalls,
  ...votingPowerCalls,
}
export { constants, errors, events, storage }

export default P.build({
  constants,
  storage,
  errors,
  events,
  calls,
  guards,
  apis: viewApis,
  hooks: {
    onInitialize: createBlockStep({ revealWeights: openTimelockedWeights, applyPendingChildren }),
    onFinalize: syncIssuance,
  },
  genesis: writeSubtensorGenesis,
})
