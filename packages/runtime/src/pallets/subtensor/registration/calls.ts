/** Calls that make and end neurons and subnets. */

import { addU64 } from '@neurite/primitives/fixed'
import { accountId, bytes, named, netuid, option, u64 } from '@neurite/primitives/scale'
import {
  anyOrigin,
  type Ctx,
  call,
  dispatchErrors,
  ensure,
  type Origin,
  root,
  signed,
  signedOrRoot,
  weight,
} from '../../../frame/index.ts'
import { callWeights as weights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { subnetExists } from '../subnets.ts'
import { SubnetIdentityV3 } from '../types.ts'
import { dissolveSubnet } from './dissolve.ts'
import { registerNeuron, registerWithLimit, registerWithWork } from './register.ts'
import { registerSubnet } from './registerSubnet.ts'
import { registerOnRoot } from './rootRegister.ts'
import { isKnownSymbol, isSymbolUsed } from './symbols.ts'
import { registersByWork } from './work.ts'

const DISSOLVE_WEIGHT = weight(119_000_000n, { reads: 6, writes: 31 })

/** Starts a subnet: its alpha trades from now on and emission follows with the next block. */
function startSubnet(ctx: Ctx, origin: Origin, netuid: number): void {
  ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
  ensure(storage.SubnetOwner.get(ctx, { netuid }) === signed(origin), dispatchErrors.BadOrigin)
  ensure(!storage.FirstEmissionBlockNumber.has(ctx, { netuid }), errors.FirstEmissionBlockNumberAlreadySet)
  const earliest = addU64(storage.NetworkRegisteredAt.get(ctx, { netuid }), storage.StartCallDelay.get(ctx))
  ensure(ctx.block >= earliest, errors.NeedWaitingMoreBlocksToStarCall)
  const first = ctx.block + 1n
  storage.FirstEmissionBlockNumber.set(ctx, { netuid }, first)
  storage.SubtokenEnabled.set(ctx, { netuid }, true)
  ctx.emit(events.FirstEmissionBlockNumberSet(netuid, first))
}

export const registrationCalls = P.calls({
  /**
   * Registers a neuron: at the current price, the proof of work not read; or, where the network's profile says so, by that
   * proof, signed by the hotkey.
   */
  register: call({
    index: 6,
    origin: signed,
    args: { netuid, block_number: u64, nonce: u64, work: bytes, hotkey: accountId, coldkey: accountId },
    weight: weights.register,
    run(ctx, signer, registration) {
      if (registersByWork(ctx)) registerWithWork(ctx, signer, registration)
      else registerNeuron(ctx, signer, registration.netuid, registration.hotkey)
    },
  }),
  /** Registers a neuron at the current price. */
  burned_register: call({
    index: 7,
    origin: signed,
    args: { netuid, hotkey: accountId },
    weight: weights.burned_register,
    run(ctx, coldkey, { netuid, hotkey }) {
      registerNeuron(ctx, coldkey, netuid, hotkey)
    },
  }),
  /** Registers a neuron unless it costs more than `limit_price` rao. */
  register_limit: call({
    index: 134,
    origin: signed,
    args: { netuid, hotkey: accountId, limit_price: u64 },
    weight: weight(354_200_000n, { reads: 47, writes: 40 }),
    run(ctx, coldkey, { netuid, hotkey, limit_price }) {
      registerWithLimit(ctx, coldkey, netuid, hotkey, limit_price)
    },
  }),
  /** Takes a seat on root. */
  root_register: call({
    index: 62,
    origin: signed,
    args: { hotkey: accountId },
    weight: weights.root_register,
    run(ctx, coldkey, { hotkey }) {
      registerOnRoot(ctx, coldkey, hotkey)
    },
  }),
  /** Makes a subnet at the current price. */
  register_network: call({
    index: 59,
    origin: signed,
    args: { hotkey: accountId },
    weight: weights.register_network,
    run(ctx, coldkey, { hotkey }) {
      registerSubnet(ctx, { coldkey, hotkey })
    },
  }),
  /** Makes a subnet at the current price and publishes what it is. */
  register_network_with_identity: call({
    index: 79,
    origin: signed,
    args: { hotkey: accountId, identity: option(named('SubnetIdentityOfV3', SubnetIdentityV3)) },
    weight: weights.register_network_with_identity,
    run(ctx, coldkey, { hotkey, identity }) {
      registerSubnet(ctx, { coldkey, hotkey, identity })
    },
  }),
  /** Starts the caller's subnet. */
  start_call: call({
    index: 92,
    origin: anyOrigin,
    args: { netuid },
    weight: weights.start_call,
    run(ctx, origin, { netuid }) {
      startSubnet(ctx, origin, netuid)
    },
  }),
  /** Ends a subnet. Root only; the coldkey is no longer read. */
  dissolve_network: call({
    index: 61,
    origin: root,
    args: { coldkey: accountId, netuid },
    weight: DISSOLVE_WEIGHT,
    run(ctx, _root, { netuid }) {
      dissolveSubnet(ctx, netuid)
    },
  }),
  /** Ends a subnet. Root only. */
  root_dissolve_network: call({
    index: 120,
    origin: root,
    args: { netuid },
    weight: DISSOLVE_WEIGHT,
    run(ctx, _root, { netuid }) {
      dissolveSubnet(ctx, netuid)
    },
  }),
  /** Gives a subnet another symbol of the table. Its owner, or root. */
  update_symbol: call({
    index: 112,
    origin: signedOrRoot,
    args: { netuid, symbol: bytes },
    weight: weights.update_symbol,
    run(ctx, who, { netuid, symbol }) {
      ensure(who === undefined || storage.SubnetOwner.get(ctx, { netuid }) === who, dispatchErrors.BadOrigin)
      ensure(isKnownSymbol(symbol), errors.SymbolDoesNotExist)
      ensure(!isSymbolUsed(ctx, symbol), errors.SymbolAlreadyInUse)
      storage.TokenSymbol.set(ctx, { netuid }, symbol)
      ctx.emit(events.SymbolUpdated({ netuid, symbol }))
    },
  }),
})
