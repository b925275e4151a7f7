/** Errors, events and storage of the pallet. subtensor 14bc6f9 pallets/admin-utils/src/lib.rs */
import { bool, nameEnum, netuid, u16, u64f64 } from '@neurite/primitives/scale'
import { blake2_128Concat, eventOf, map, pallet } from '../../frame/index.ts'

export const P = pallet({ name: 'AdminUtils', index: 19, crate: 'pallet_admin_utils' })

export const errors = P.errors({
  SubnetDoesNotExist: 'There is no subnet with this netuid.',
  MaxValidatorsLargerThanMaxUIds: 'A subnet cannot have more validators than neurons.',
  MaxAllowedUIdsLessThanCurrentUIds: 'The subnet has more neurons than this already.',
  BondsMovingAverageMaxReached: 'Owners can set the moving average of bonds to 975000 at most.',
  NegativeSigmoidSteepness: 'Only root can set a negative steepness.',
  ValueNotInBounds: 'The value is out of bounds.',
  MinAllowedUidsGreaterThanCurrentUids: 'The minimum must be below the number of neurons on the subnet.',
  MinAllowedUidsGreaterThanMaxAllowedUids: 'The minimum must be below the maximum number of neurons.',
  MaxAllowedUidsLessThanMinAllowedUids: 'The maximum must not be below the minimum number of neurons.',
  MaxAllowedUidsGreaterThanDefaultMaxAllowedUids: 'A subnet cannot have that many neurons.',
  InvalidValue: 'The value is not allowed for this parameter.',
  NotPermittedOnRootSubnet: 'The root subnet has no such parameter.',
  POWRegistrationDisabled: 'Registration by proof of work is no longer offered.',
  Deprecated: 'The call has been withdrawn.',
})

export const PrecompileEnum = nameEnum('pallet_admin_utils::pallet::PrecompileEnum', [
  'BalanceTransfer',
  'Staking',
  'Subnet',
  'Metagraph',
  'Neuron',
  'UidLookup',
  'Alpha',
  'Crowdloan',
  'Proxy',
  'Leasing',
  'AddressMapping',
  'VotingPower',
])

export const events = P.events({
  PrecompileUpdated: eventOf({ precompile_id: PrecompileEnum, enabled: bool }),
  Yuma3EnableToggled: eventOf({ netuid, enabled: bool }),
  BondsResetToggled: eventOf({ netuid, enabled: bool }),
  BurnHalfLifeSet: eventOf({ netuid, burn_half_life: u16 }),
  BurnIncreaseMultSet: eventOf({ netuid, burn_increase_mult: u64f64 }),
  SubnetEmissionEnabledSet: eventOf({ netuid, enabled: bool }),
})

export const storage = P.storage({
  /** False switches a precompile of the EVM off. */
  PrecompileEnable: map({ precompile: blake2_128Concat(PrecompileEnum) }, bool).default(true),
})
