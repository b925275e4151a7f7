/**
 * `dev_*`: what a developer needs of a local chain. Names and shapes follow Chopsticks where it has the method.
 * All are unsafe methods, and exist only where this node alone makes the blocks.
 */
import { type ByteString, bytesToByteString, bytesToHex } from '@neurite/primitives/bytes'
import type { NodeContext } from '../../service/context.ts'
import { invalidParams, methodNotFound, RpcError } from '../errors.ts'
import { type Handler, unsafe } from '../methods.ts'
import { asArrayOf, asBytes, asHash, asNumberOrHex, asU32, type ParamReader } from '../params.ts'

/** Blocks one call may make. */
const MAX_BLOCKS = 10_000

const dev = (handler: Handler<NodeContext>) =>
  unsafe<NodeContext>((context, params, origin) => {
    if (context.maker === undefined) throw methodNotFound()
    return handler(context, params, origin)
  })

interface NewBlocks {
  readonly count?: number | undefined
  readonly to?: number | undefined
}

const asNewBlocks: ParamReader<NewBlocks> = (value, title) => {
  if (typeof value === 'number') return { count: asU32(value, title) }
  if (typeof value !== 'object' || value === null) throw invalidParams(`\`${title}\` must be an object or a count`)
  const { count, to } = value as Record<string, unknown>
  return {
    count: count === undefined ? undefined : asU32(count, `${title}.count`),
    to: to === undefined ? undefined : asU32(to, `${title}.to`),
  }
}

/** Makes `count` blocks (1), or blocks up to number `to`; the hash of the last one. */
export const dev_newBlock = dev(async ({ chain, maker }, params) => {
  const { count, to } = params.optional(0, 'options', asNewBlocks) ?? {}
  const blocks = to === undefined ? (count ?? 1) : Math.max(0, to - chain.best.number)
  if (blocks > MAX_BLOCKS) throw invalidParams(`at most ${MAX_BLOCKS} blocks are made at once; got ${blocks}`)
  for (let i = 0; i < blocks; i++) await maker!.createBlock({ createEmpty: true, finalize: true })
  return chain.best.hash
})

const asDate: ParamReader<number> = (value, title) => {
  const ms = typeof value === 'string' && !value.startsWith('0x') ? Date.parse(value) : asNumberOrHex(value, title)
  if (!Number.isFinite(ms)) throw invalidParams(`\`${title}\` must be a date or milliseconds since 1970`)
  return ms
}

/** Moves the chain's clock to a date and makes a block there; the block's time in milliseconds since 1970. */
export const dev_timeTravel = dev(async ({ maker }, params) => {
  const date = params.required(0, 'date', asDate)
  await maker!.createBlock({ createEmpty: true, finalize: true, timestampMs: date })
  return date
})

const asPair: ParamReader<readonly [ByteString, Uint8Array | undefined]> = (value, title) => {
  if (!Array.isArray(value) || value.length !== 2)
    throw invalidParams(`\`${title}\` must be a pair [key, value or null]`)
  const key = bytesToByteString(asBytes(value[0], `${title}[0]`))
  return [key, value[1] === null ? undefined : asBytes(value[1], `${title}[1]`)]
}

/** Sets raw storage entries (null removes one) by an empty block; the block's hash. */
export const dev_setStorage = dev(async ({ maker }, params) => {
  const pairs = params.required(0, 'values', asArrayOf(asPair, 100_000))
  const { hash } = await maker!.createBlock({ createEmpty: true, finalize: true, extraChanges: new Map(pairs) })
  return hash
})

/** Goes back to a block, given by hash or number: what came after is forgotten, the pool is emptied. Its hash. */
export const dev_setHead = dev(({ chain, maker }, params) => {
  const number = params.required(0, 'hashOrNumber', (value, title) =>
    typeof value === 'string' && value.length === 66
      ? chain.numberOf(asHash(value, title))
      : asNumberOrHex(value, title),
  )
  if (number === undefined || number > chain.best.number) throw new RpcError(13_000, 'Block not found')
  return maker!.exclusive(() => {
    chain.revertTo(number)
    return chain.best.hash
  })
})

/** Remembers the best block; `dev_revert` with the returned id goes back to it. */
export const dev_snapshot = dev(({ chain }) => chain.best.hash)
export const dev_revert = dev_setHead

/** Transactions of the pool, ready ones first, with what decides their order. */
export const dev_txPool = dev(({ pool }) =>
  pool.pending().map((tx) => ({
    hash: tx.hash,
    extrinsic: bytesToHex(tx.bytes),
    priority: tx.priority.toString(),
    validTill: tx.validTill,
    waitsFor: tx.requires.size,
  })),
)
