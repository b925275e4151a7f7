/** `neurite_*`: what only this node offers. */
import { isNeuriteError } from '@neurite/primitives/errors'
import { Overlay } from '@neurite/runtime/frame'
import { storage as subtensor } from '@neurite/runtime/pallets/subtensor'
import { type EpochObservation, explainEpoch, observeEpochs } from '@neurite/runtime/pallets/subtensor/explain'
import { storage as system } from '@neurite/runtime/pallets/system'
import { mechanismStorageIndex } from '@neurite/runtime/yuma'
import type { BlockId, Chain } from '../../service/chain.ts'
import type { NodeContext } from '../../service/context.ts'
import { invalidParams, RpcError } from '../errors.ts'
import { type Handler, RawJson } from '../methods.ts'
import { asU32, type ParamReader } from '../params.ts'
import { blockParam } from '../support/blocks.ts'
import { stateDiscarded, withState } from '../support/clientErrors.ts'

/** There is no epoch to explain, or none that can be. */
const NO_EPOCH = 5001
const NOT_REPRODUCED = 5002

const bounded =
  (max: number): ParamReader<number> =>
  (value, title) => {
    const number = asU32(value, title)
    if (number > max) throw invalidParams(`\`${title}\` must be at most ${max}; got ${number}`)
    return number
  }
const asU16 = bounded(65_535)
const asU8 = bounded(255)

/**
 * `neurite_explainEpoch(netuid, uid, hash, mecid)`: the subnet's last epoch, as of block `hash` (the best one): who got
 * what and why. With a uid only the weights and bonds of and with it. Amounts are decimal strings of alpha-rao.
 */
export const neurite_explainEpoch: Handler<NodeContext> = ({ chain }, params) => {
  const netuid = params.required(0, 'netuid', asU16)
  const uid = params.optional(1, 'uid', asU16)
  const at = blockParam(chain, params, 2)
  const mecid = params.optional(3, 'mecid', asU8) ?? 0
  const block = lastEpochBlock(chain, netuid, at)
  const observed = observe(chain, netuid, block)
  try {
    const explanation = explainEpoch(observed, mecid, uid)
    return new RawJson(JSON.stringify({ ...explanation, blockHash: block.hash }, amountsAsText))
  } catch (error) {
    if (isNeuriteError(error, 'NoSuchUid') || isNeuriteError(error, 'NoSuchMechanism')) {
      throw invalidParams(error.message)
    }
    throw error
  }
}

const amountsAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)

/** Block of the subnet's last epoch as of `at`. */
function lastEpochBlock(chain: Chain, netuid: number, at: BlockId): BlockId {
  return withState(at.hash, () => {
    const ctx = contextAt(chain, at)
    if (!subtensor.NetworksAdded.get(ctx, { netuid })) {
      throw new RpcError(NO_EPOCH, `There is no subnet ${netuid}`, `as of block ${at.number}`)
    }
    const number = Number(subtensor.LastMechansimStepBlock.get(ctx, { netuid }))
    if (number === 0) {
      const reason =
        netuid === 0 ? 'the root subnet has no epochs' : `its tempo is ${subtensor.Tempo.get(ctx, { netuid })} blocks`
      throw new RpcError(NO_EPOCH, `No epoch of subnet ${netuid} has run yet`, `as of block ${at.number}; ${reason}`)
    }
    const hash = chain.hashOf(number)
    if (hash === undefined) {
      throw new RpcError(
        NO_EPOCH,
        `The last epoch of subnet ${netuid} ran in block ${number}, which this node does not have`,
      )
    }
    return { number, hash }
  })
}

function contextAt(chain: Chain, at: BlockId) {
  return chain.runtime.contextOn(new Overlay(chain.stateAt(at).reader), BigInt(at.number), at.hash)
}

/** Begins the block of an epoch once more, and sees that the epoch comes out as it did. */
function observe(chain: Chain, netuid: number, block: BlockId): EpochObservation {
  const header = chain.header(block.number)!
  const parent = { number: block.number - 1, hash: header.parentHash }
  // What the block logged itself, and its seal, are no part of what it began with.
  const digest = header.digest.filter(({ type }) => type === 'PreRuntime')
  const epochs = beforeEpoch(block, parent, () => {
    const state = chain.stateAt(parent)
    return onceFor(chain, block, () => observeEpochs(chain.runtime, state, parent, digest))
  })
  const found = epochs.find((epoch) => epoch.netuid === netuid)
  if (found === undefined || !isAsRecorded(chain, block, found)) {
    throw new RpcError(
      NOT_REPRODUCED,
      `The epoch of subnet ${netuid} in block ${block.number} cannot be explained`,
      'run again on the state before the block it came out otherwise: the state was changed by hand or migrated there',
    )
  }
  return found
}

/** The latest block whose epochs were run again: whoever asks about one neuron soon asks about the next. */
const latest = new WeakMap<Chain, { readonly hash: string; readonly epochs: readonly EpochObservation[] }>()

function onceFor(chain: Chain, { hash }: BlockId, run: () => readonly EpochObservation[]): readonly EpochObservation[] {
  const kept = latest.get(chain)
  if (kept?.hash === hash) return kept.epochs
  const epochs = run()
  latest.set(chain, { hash, epochs })
  return epochs
}

/** Runs `read` on the state before an epoch, which a node that prunes may have dropped. */
function beforeEpoch<T>(epoch: BlockId, parent: BlockId, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!isNeuriteError(error, 'StateDiscarded')) throw error
    const { rpcCode, rpcMessage } = stateDiscarded(parent.hash)
    throw new RpcError(
      rpcCode,
      rpcMessage,
      `the epoch ran in block ${epoch.number}, and the state before it is needed; ask an archive node (--state-pruning archive)`,
    )
  }
}

/** Whether the block's own events tell the same pay of miners. */
function isAsRecorded(chain: Chain, block: BlockId, { netuid, total, inputs }: EpochObservation): boolean {
  const paid = new BigUint64Array(total.serverEmission.length)
  let told = 0
  withState(block.hash, () => {
    for (const { event } of system.Events.get(contextAt(chain, block))) {
      if (event.pallet !== 'SubtensorModule' || event.name !== 'IncentiveAlphaEmittedToMiners') continue
      const { netuid: index, emissions } = event.data as { netuid: number; emissions: readonly bigint[] }
      if (!inputs.some((_, mecid) => mechanismStorageIndex(netuid, mecid) === index)) continue
      told++
      for (const [uid, amount] of emissions.entries()) if (uid < paid.length) paid[uid]! += amount
    }
  })
  return told === inputs.length && paid.every((amount, uid) => amount === total.serverEmission[uid])
}
