/** Blocks as the RPC shows them. */
import { bytesToHex, type Hash, type Hex } from '@neurite/primitives/bytes'
import { encode } from '@neurite/primitives/scale'
import { digestItem, type Header } from '@neurite/runtime/frame'
import type { BlockId, Chain } from '../../service/chain.ts'
import { RawJson } from '../methods.ts'
import type { Params } from '../params.ts'
import { asHash } from '../params.ts'
import { unknownBlock } from './clientErrors.ts'

export interface HeaderJson {
  readonly parentHash: Hash
  readonly number: Hex
  readonly stateRoot: Hash
  readonly extrinsicsRoot: Hash
  readonly digest: { readonly logs: readonly Hex[] }
}

export function headerToJson(header: Header): HeaderJson {
  return {
    parentHash: header.parentHash,
    number: `0x${header.number.toString(16)}`,
    stateRoot: header.stateRoot,
    extrinsicsRoot: header.extrinsicsRoot,
    digest: { logs: header.digest.map((item) => bytesToHex(encode(digestItem, item))) },
  }
}

const rendered = new WeakMap<Header, RawJson>()

/** As {@link headerToJson}, rendered once for all who are told of the header. */
export function headerToRawJson(header: Header): RawJson {
  let text = rendered.get(header)
  if (text === undefined) {
    text = new RawJson(JSON.stringify(headerToJson(header)))
    rendered.set(header, text)
  }
  return text
}

/** The block of an optional hash parameter; the best one when it is missing or null. @throws RpcError unknown block. */
export function blockParam(chain: Chain, params: Params, position: number, title = 'hash'): BlockId {
  const hash = params.optional(position, title, asHash)
  if (hash === undefined || hash === chain.best.hash) return chain.best
  const number = chain.numberOf(hash)
  if (number === undefined) throw unknownBlock(hash)
  return { hash, number }
}
