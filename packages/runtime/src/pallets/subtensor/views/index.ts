/**
 * Views: what clients read of subnets, neurons and stake in one call.
 * subtensor 14bc6f9 pallets/subtensor/runtime-api/src/lib.rs
 */
import {
  accountId,
  alphaBalance,
  btreeMap,
  mecid,
  netuid,
  option,
  taoBalance,
  tuple,
  u16,
  u64,
  u64f64,
  vec,
} from '@neurite/primitives/scale'
import { api, apis } from '../../../frame/index.ts'
import { subnetAccount } from '../accounts.ts'
import { nextEpochBlock } from '../epoch/clock.ts'
import { subnetPrice, subnetToPrune } from '../registration/registerSubnet.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID } from '../subnets.ts'
import { getDelegate, getDelegated, getDelegates } from './delegateInfo.ts'
import { getAllDynamicInfo, getDynamicInfo } from './dynamicInfo.ts'
import { getHyperparams, getHyperparamsV2, getHyperparamsV3 } from './hyperparameters.ts'
import { getAllMechagraphs, getAllMetagraphs, getMechagraph, getMetagraph } from './metagraph.ts'
import { getNeuron, getNeuronLite, getNeurons, getNeuronsLite } from './neuronInfo.ts'
import { getSelectiveMechagraph, getSelectiveMetagraph } from './selectiveMetagraph.ts'
import { stakeAvailability, stakeFee, stakeOn, stakesOfColdkey, stakesOfColdkeys } from './stakeInfo.ts'
import { getSubnetInfo, getSubnetInfoV2, getSubnetsInfo, getSubnetsInfoV2 } from './subnetInfo.ts'
import { getSubnetState } from './subnetState.ts'
import * as types from './types/index.ts'
import { packed } from './types/shared.ts'

export const delegateInfoApi = apis('DelegateInfoRuntimeApi', 1, {
  get_delegates: api({ args: {}, returns: vec(types.DelegateInfo), run: getDelegates }),
  get_delegate: api({
    args: { delegate_account: accountId },
    returns: option(types.DelegateInfo),
    run: (ctx, { delegate_account }) => getDelegate(ctx, delegate_account),
  }),
  get_delegated: api({
    args: { delegatee_account: accountId },
    returns: vec(tuple(types.DelegateInfo, tuple(packed(netuid), packed(alphaBalance)))),
    run: (ctx, { delegatee_account }) => getDelegated(ctx, delegatee_account),
  }),
})

export const neuronInfoApi = apis('NeuronInfoRuntimeApi', 1, {
  get_neurons: api({
    args: { netuid },
    returns: vec(types.NeuronInfo),
    run: (ctx, { netuid }) => getNeurons(ctx, netuid),
  }),
  get_neuron: api({
    args: { netuid, uid: u16 },
    returns: option(types.NeuronInfo),
    run: (ctx, { netuid, uid }) => getNeuron(ctx, netuid, uid),
  }),
  get_neurons_lite: api({
    args: { netuid },
    returns: vec(types.NeuronInfoLite),
    run: (ctx, { netuid }) => getNeuronsLite(ctx, netuid),
  }),
  get_neuron_lite: api({
    args: { netuid, uid: u16 },
    returns: option(types.NeuronInfoLite),
    run: (ctx, { netuid, uid }) => getNeuronLite(ctx, netuid, uid),
  }),
})

export const subnetInfoApi = apis('SubnetInfoRuntimeApi', 2, {
  get_subnet_info: api({
    args: { netuid },
    returns: option(types.SubnetInfo),
    run: (ctx, { netuid }) => getSubnetInfo(ctx, netuid),
  }),
  get_subnets_info: api({ args: {}, returns: vec(option(types.SubnetInfo)), run: getSubnetsInfo }),
  get_subnet_info_v2: api({
    args: { netuid },
    returns: option(types.SubnetInfov2),
    run: (ctx, { netuid }) => getSubnetInfoV2(ctx, netuid),
  }),
  get_subnets_info_v2: api({ args: {}, returns: vec(option(types.SubnetInfov2)), run: getSubnetsInfoV2 }),
  get_subnet_hyperparams: api({
    args: { netuid },
    returns: option(types.SubnetHyperparams),
    run: (ctx, { netuid }) => getHyperparams(ctx, netuid),
  }),
  get_subnet_hyperparams_v2: api({
    args: { netuid },
    returns: option(types.SubnetHyperparamsV2),
    run: (ctx, { netuid }) => getHyperparamsV2(ctx, netuid),
  }),
  get_subnet_hyperparams_v3: api({
    args: { netuid },
    returns: option(types.SubnetHyperparamsV3),
    run: (ctx, { netuid }) => getHyperparamsV3(ctx, netuid),
  }),
  get_all_dynamic_info: api({ args: {}, returns: vec(option(types.DynamicInfo)), run: getAllDynamicInfo }),
  get_all_metagraphs: api({ args: {}, returns: vec(option(types.Metagraph)), run: getAllMetagraphs }),
  get_metagraph: api({
    args: { netuid },
    returns: option(types.Metagraph),
    run: (ctx, { netuid }) => getMetagraph(ctx, netuid),
  }),
  get_all_mechagraphs: api({ args: {}, returns: vec(option(types.Metagraph)), run: getAllMechagraphs }),
  get_mechagraph: api({
    args: { netuid, mecid },
    returns: option(types.Metagraph),
    run: (ctx, { netuid, mecid }) => getMechagraph(ctx, netuid, mecid),
  }),
  get_dynamic_info: api({
    args: { netuid },
    returns: option(types.DynamicInfo),
    run: (ctx, { netuid }) => getDynamicInfo(ctx, netuid),
  }),
  get_subnet_state: api({
    args: { netuid },
    returns: option(types.SubnetState),
    run: (ctx, { netuid }) => getSubnetState(ctx, netuid),
  }),
  get_selective_metagraph: api({
    args: { netuid, metagraph_indexes: vec(u16) },
    returns: option(types.SelectiveMetagraph),
    run: (ctx, { netuid, metagraph_indexes }) => getSelectiveMetagraph(ctx, netuid, metagraph_indexes),
  }),
  get_coldkey_auto_stake_hotkey: api({
    args: { coldkey: accountId, netuid },
    returns: option(accountId),
    run: (ctx, key) => storage.AutoStakeDestination.get(ctx, key),
  }),
  get_selective_mechagraph: api({
    args: { netuid, subid: mecid, metagraph_indexes: vec(u16) },
    returns: option(types.SelectiveMetagraph),
    run: (ctx, { netuid, subid, metagraph_indexes }) => getSelectiveMechagraph(ctx, netuid, subid, metagraph_indexes),
  }),
  get_subnet_to_prune: api({ args: {}, returns: option(netuid), run: subnetToPrune }),
  get_subnet_account_id: api({
    args: { netuid },
    returns: option(accountId),
    run: (ctx, { netuid }) =>
      netuid === ROOT_NETUID || storage.NetworksAdded.has(ctx, { netuid }) ? subnetAccount(netuid) : undefined,
  }),
  get_next_epoch_start_block: api({
    args: { netuid },
    returns: option(u64),
    run: (ctx, { netuid }) => nextEpochBlock(ctx, netuid),
  }),
})

const place = option(tuple(accountId, netuid))

export const stakeInfoApi = apis('StakeInfoRuntimeApi', 1, {
  get_stake_info_for_coldkey: api({
    args: { coldkey_account: accountId },
    returns: vec(types.StakeInfo),
    run: (ctx, { coldkey_account }) => stakesOfColdkey(ctx, coldkey_account),
  }),
  get_stake_info_for_coldkeys: api({
    args: { coldkey_accounts: vec(accountId) },
    returns: vec(tuple(accountId, vec(types.StakeInfo))),
    run: (ctx, { coldkey_accounts }) => stakesOfColdkeys(ctx, coldkey_accounts),
  }),
  get_stake_info_for_hotkey_coldkey_netuid: api({
    args: { hotkey_account: accountId, coldkey_account: accountId, netuid },
    returns: option(types.StakeInfo),
    run: (ctx, { hotkey_account, coldkey_account, netuid }) => stakeOn(ctx, hotkey_account, coldkey_account, netuid),
  }),
  get_stake_availability_for_coldkeys: api({
    args: { coldkey_accounts: vec(accountId), netuids: option(vec(netuid)) },
    returns: btreeMap(accountId, btreeMap(netuid, types.StakeAvailability)),
    run: (ctx, { coldkey_accounts, netuids }) => stakeAvailability(ctx, coldkey_accounts, netuids),
  }),
  get_stake_fee: api({
    args: {
      origin: place,
      origin_coldkey_account: accountId,
      destination: place,
      destination_coldkey_account: accountId,
      amount: u64,
    },
    returns: u64,
    run: (ctx, { origin, destination, amount }) => stakeFee(ctx, origin, destination, amount),
  }),
  // There are no locks on this chain, so nobody has one and no hotkey has conviction.
  get_coldkey_lock: api({
    args: { coldkey: accountId, netuid },
    returns: option(types.LockState),
    run: () => undefined,
  }),
  get_hotkey_conviction: api({ args: { hotkey: accountId, netuid }, returns: u64f64, run: () => 0n }),
  get_most_convicted_hotkey_on_subnet: api({ args: { netuid }, returns: option(accountId), run: () => undefined }),
})

export const subnetRegistrationApi = apis('SubnetRegistrationRuntimeApi', 1, {
  get_network_registration_cost: api({ args: {}, returns: taoBalance, run: subnetPrice }),
})

export const viewApis = [delegateInfoApi, neuronInfoApi, subnetInfoApi, stakeInfoApi, subnetRegistrationApi]
