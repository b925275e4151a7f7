/**
 * The chain's own methods: shortcuts to its runtime functions. Encoded results are lists of byte values, which is how
 * the reference node renders `Vec<u8>`.
 */
// subtensor 14bc6f9 pallets/subtensor/rpc/src/lib.rs, pallets/swap/rpc/src/lib.rs
import { concatBytes, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { type Codec, encode, Reader, ScaleError, u8, u16, u64, vec } from '@neurite/primitives/scale'
import type { NodeContext } from '../../service/context.ts'
import { RpcError } from '../errors.ts'
import type { Handler } from '../methods.ts'
import { asArrayOf, asU32, type ParamReader } from '../params.ts'
import { asAccount } from '../support/accounts.ts'
import { blockParam } from '../support/blocks.ts'
import { withState } from '../support/clientErrors.ts'

type Call = Handler<NodeContext>

/** A parameter: its title, and how its JSON becomes the argument's bytes. */
type Argument = readonly [title: string, read: ParamReader<Uint8Array>]

const integer = <T>(title: string, codec: Codec<T>, fromNumber: (value: number) => T): Argument => [
  title,
  (value, name) => {
    try {
      return encode(codec, fromNumber(asU32(value, name)))
    } catch (error) {
      if (!(error instanceof ScaleError)) throw error
      throw new RpcError(-32602, 'Invalid params', `\`${name}\` is out of range; got ${value}`)
    }
  },
]

const netuid = integer('netuid', u16, (value) => value)
const uid = integer('uid', u16, (value) => value)
const mecid = integer('mecid', u8, (value) => value)
const amount = (title: string): Argument => [
  title,
  (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw new RpcError(-32602, 'Invalid params', `\`${name}\` must be an amount in rao below 2^53; got ${value}`)
    }
    return encode(u64, BigInt(value as number))
  },
]
/** An account as its 32 byte values. */
const accountBytes = (title: string): Argument => [
  title,
  (value, name) => {
    const bytes = asArrayOf(asU32, 32)(value, name)
    if (bytes.length === 32 && bytes.every((byte) => byte < 256)) return Uint8Array.from(bytes)
    throw new RpcError(-32602, 'Invalid params', `\`${name}\` must be the 32 byte values of an account`)
  },
]
const account = (title: string): Argument => [title, (value, name) => hexToBytes(asAccount(value, name))]
const fields: Argument = ['metagraph_index', (value, name) => encode(vec(u16), asArrayOf(asU32, 1000)(value, name))]

/** A method that calls `api` with its parameters, at the block of the last one; `show` renders the encoded result. */
function view(
  api: string,
  args: readonly Argument[] = [],
  show: (bytes: Uint8Array) => unknown = (bytes) => [...bytes],
): Call {
  return ({ chain }, params) => {
    const encoded = args.map(([title, read], index) => params.required(index, title, read))
    const at = blockParam(chain, params, args.length, 'at')
    return withState(at.hash, () => {
      try {
        return show(chain.runtime.callApi(chain.stateAt(at), at, api, concatBytes(...encoded)))
      } catch (error) {
        if (!isNeuriteError(error, 'UnknownApi') && !(error instanceof ScaleError)) throw error
        throw new RpcError(1, `Unable to call ${api}: ${error.shortMessage}`)
      }
    })
  }
}

const showU64 = (bytes: Uint8Array) => Number(new Reader(bytes).u64())
const showOptionalU16 = (bytes: Uint8Array) => (bytes[0] === 0 ? null : new Reader(bytes, 1).u16())
const showPrices = (bytes: Uint8Array) => {
  const reader = new Reader(bytes)
  return Array.from({ length: reader.compact() }, () => ({ netuid: reader.u16(), price: Number(reader.u64()) }))
}

export const delegateInfo_getDelegates = view('DelegateInfoRuntimeApi_get_delegates')
export const delegateInfo_getDelegate = view('DelegateInfoRuntimeApi_get_delegate', [
  accountBytes('delegate_account_vec'),
])
export const delegateInfo_getDelegated = view('DelegateInfoRuntimeApi_get_delegated', [
  accountBytes('delegatee_account_vec'),
])

export const neuronInfo_getNeuronsLite = view('NeuronInfoRuntimeApi_get_neurons_lite', [netuid])
export const neuronInfo_getNeuronLite = view('NeuronInfoRuntimeApi_get_neuron_lite', [netuid, uid])
export const neuronInfo_getNeurons = view('NeuronInfoRuntimeApi_get_neurons', [netuid])
export const neuronInfo_getNeuron = view('NeuronInfoRuntimeApi_get_neuron', [netuid, uid])

export const subnetInfo_getSubnetInfo = view('SubnetInfoRuntimeApi_get_subnet_info', [netuid])
export const subnetInfo_getSubnetsInfo = view('SubnetInfoRuntimeApi_get_subnets_info')
export const subnetInfo_getSubnetInfo_v2 = view('SubnetInfoRuntimeApi_get_subnet_info_v2', [netuid])
export const subnetInfo_getSubnetsInfo_v2 = view('SubnetInfoRuntimeApi_get_subnets_info_v2')
export const subnetInfo_getSubnetHyperparams = view('SubnetInfoRuntimeApi_get_subnet_hyperparams', [netuid])
export const subnetInfo_getSubnetHyperparamsV2 = view('SubnetInfoRuntimeApi_get_subnet_hyperparams_v2', [netuid])
export const subnetInfo_getAllDynamicInfo = view('SubnetInfoRuntimeApi_get_all_dynamic_info')
export const subnetInfo_getDynamicInfo = view('SubnetInfoRuntimeApi_get_dynamic_info', [netuid])
export const subnetInfo_getAllMetagraphs = view('SubnetInfoRuntimeApi_get_all_metagraphs')
export const subnetInfo_getMetagraph = view('SubnetInfoRuntimeApi_get_metagraph', [netuid])
export const subnetInfo_getAllMechagraphs = view('SubnetInfoRuntimeApi_get_all_mechagraphs')
export const subnetInfo_getMechagraph = view('SubnetInfoRuntimeApi_get_mechagraph', [netuid, mecid])
export const subnetInfo_getSubnetState = view('SubnetInfoRuntimeApi_get_subnet_state', [netuid])
export const subnetInfo_getSelectiveMetagraph = view('SubnetInfoRuntimeApi_get_selective_metagraph', [netuid, fields])
export const subnetInfo_getSelectiveMechagraph = view('SubnetInfoRuntimeApi_get_selective_mechagraph', [
  netuid,
  mecid,
  fields,
])
export const subnetInfo_getColdkeyAutoStakeHotkey = view('SubnetInfoRuntimeApi_get_coldkey_auto_stake_hotkey', [
  account('coldkey'),
  netuid,
])
export const subnetInfo_getSubnetToPrune = view('SubnetInfoRuntimeApi_get_subnet_to_prune', [], showOptionalU16)
export const subnetInfo_getSubnetAccountId = view('SubnetInfoRuntimeApi_get_subnet_account_id', [netuid])
export const subnetInfo_getLockCost = view('SubnetRegistrationRuntimeApi_get_network_registration_cost', [], showU64)
export const stakeInfo_getColdkeyLock = view('StakeInfoRuntimeApi_get_coldkey_lock', [account('coldkey'), netuid])

export const swap_currentAlphaPrice = view('SwapRuntimeApi_current_alpha_price', [netuid], showU64)
export const swap_currentAlphaPriceAll = view('SwapRuntimeApi_current_alpha_price_all', [], showPrices)
export const swap_simSwapTaoForAlpha = view('SwapRuntimeApi_sim_swap_tao_for_alpha', [netuid, amount('tao')])
export const swap_simSwapAlphaForTao = view('SwapRuntimeApi_sim_swap_alpha_for_tao', [netuid, amount('alpha')])
