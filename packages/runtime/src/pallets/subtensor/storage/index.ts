/** All storage of the pallet, grouped by what it is about. */
import { coinbaseStorage } from './coinbase.ts'
import { delegationStorage } from './delegation.ts'
import { epochStorage } from './epochs.ts'
import { hyperparameterStorage } from './hyperparameters.ts'
import { keyStorage } from './keys.ts'
import { networkStorage } from './network.ts'
import { neuronStorage } from './neurons.ts'
import { rateLimitStorage } from './rateLimits.ts'
import { registrationStorage } from './registration.ts'
import { rootClaimStorage } from './rootClaims.ts'
import { stakingStorage } from './staking.ts'
import { votingPowerStorage } from './votingPower.ts'

export const storage = {
  ...networkStorage,
  ...hyperparameterStorage,
  ...epochStorage,
  ...coinbaseStorage,
  ...registrationStorage,
  ...neuronStorage,
  ...stakingStorage,
  ...rootClaimStorage,
  ...delegationStorage,
  ...keyStorage,
  ...rateLimitStorage,
  ...votingPowerStorage,
}
