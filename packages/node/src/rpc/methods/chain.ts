/** `chain_*`: headers, blocks and their announcements. */
import { bytesToHex } from '@neurite/primitives/bytes'
import type { Header } from '@neurite/runtime/frame'
import type { Chain } from '../../service/chain.ts'
import type { NodeContext } from '../../service/context.ts'
import type { Handler, Subscription } from '../methods.ts'
import { asArrayOf, asHash, asNumberOrHex, type ParamReader } from '../params.ts'
import { headerToJson, headerToRawJson } from '../support/blocks.ts'

type Call = Handler<NodeContext>
type Feed = Subscription<NodeContext>

const asOneOrMany: ParamReader<number | number[]> = (value, title) =>
  Array.isArray(value) ? asArrayOf(asNumberOrHex, 1000)(value, title) : asNumberOrHex(value, title)

export const chain_getBlockHash: Call = ({ chain }, params) => {
  const number = params.optional(0, 'hash', asOneOrMany)
  if (number === undefined) return chain.best.hash
  const hashOf = (each: number) => chain.hashOf(each) ?? null
  return Array.isArray(number) ? number.map(hashOf) : hashOf(number)
}
export const chain_getHead = chain_getBlockHash
export const chain_getRuntimeVersion: Call = ({ chain }) => chain.runtime.versionJson

export const chain_getFinalizedHead: Call = ({ chain }) => chain.finalized.hash
export const chain_getFinalisedHead = chain_getFinalizedHead

export const chain_getHeader: Call = ({ chain }, params) => {
  const header = chain.header(params.optional(0, 'hash', asHash) ?? chain.best.hash)
  return header === undefined ? null : headerToJson(header)
}

export const chain_getBlock: Call = ({ chain }, params) => {
  const hash = params.optional(0, 'hash', asHash) ?? chain.best.hash
  const header = chain.header(hash)
  const body = header === undefined ? undefined : chain.store.body(hash)
  if (header === undefined || body === undefined) return null
  return { block: { header: headerToJson(header), extrinsics: body.map(bytesToHex) }, justifications: null }
}

/** A feed of headers that starts with the one that holds now. */
function headFeed(
  notification: string,
  unsubscribe: string,
  current: (chain: Chain) => Header,
  listen: (chain: Chain, send: (header: Header) => void) => () => void,
): Feed {
  return {
    kind: 'subscription',
    notification,
    unsubscribe,
    start({ chain }, _params, sink) {
      sink.send(headerToRawJson(current(chain)))
      return listen(chain, (header) => sink.send(headerToRawJson(header)))
    },
  }
}

const onImported = (chain: Chain, send: (header: Header) => void) =>
  chain.imported.subscribe(({ header }) => send(header))
const onBest = (chain: Chain, send: (header: Header) => void) => {
  const stops = [onImported(chain, send), chain.reverted.subscribe(() => send(chain.bestHeader))]
  return () => {
    for (const stop of stops) stop()
  }
}
const onFinalized = (chain: Chain, send: (header: Header) => void) =>
  chain.finality.subscribe(({ hash }) => send(chain.header(hash)!))

const best = (chain: Chain) => chain.bestHeader
const finalized = (chain: Chain) => chain.header(chain.finalized.hash)!

export const chain_subscribeNewHeads = headFeed('chain_newHead', 'chain_unsubscribeNewHeads', best, onBest)
export const chain_subscribeNewHead: Feed = { ...chain_subscribeNewHeads, unsubscribe: 'chain_unsubscribeNewHead' }
export const subscribe_newHead: Feed = { ...chain_subscribeNewHeads, unsubscribe: 'unsubscribe_newHead' }

export const chain_subscribeAllHeads = headFeed('chain_allHead', 'chain_unsubscribeAllHeads', best, onImported)

export const chain_subscribeFinalizedHeads = headFeed(
  'chain_finalizedHead',
  'chain_unsubscribeFinalizedHeads',
  finalized,
  onFinalized,
)
export const chain_subscribeFinalisedHeads: Feed = {
  ...chain_subscribeFinalizedHeads,
  unsubscribe: 'chain_unsubscribeFinalisedHeads',
}
