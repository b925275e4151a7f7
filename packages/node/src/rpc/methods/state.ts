/** `state_*`: the state, the runtime's functions and its version, at any block whose state is kept. */
import { type ByteString, byteStringToBytes, bytesToByteString, bytesToHex, type Hex } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { ScaleError } from '@neurite/primitives/scale'
import type { BlockId, Chain } from '../../service/chain.ts'
import type { NodeContext } from '../../service/context.ts'
import { RpcError, unsafeMethod } from '../errors.ts'
import { type Handler, RawJson, type Subscription, unsafe } from '../methods.ts'
import { asArrayOf, asBytes, asHash, asString, asU32, type ParamReader, type Params } from '../params.ts'
import { blockParam } from '../support/blocks.ts'
import { clientError, STATE_CODES, unknownBlock, withState } from '../support/clientErrors.ts'

type Call = Handler<NodeContext>

const asKey: ParamReader<ByteString> = (value, title) => bytesToByteString(asBytes(value, title))
const asKeys = asArrayOf(asKey, 20_000)

const keyToHex = (key: ByteString): Hex => bytesToHex(byteStringToBytes(key))
const valueToHex = (value: Uint8Array | undefined): Hex | null => (value === undefined ? null : bytesToHex(value))

/** Bytes of one storage entry at the block of parameter 1. */
function valueAt(chain: Chain, params: Params): Uint8Array | undefined {
  const key = params.required(0, 'key', asKey)
  const at = blockParam(chain, params, 1)
  return withState(at.hash, () => chain.stateAt(at).reader.get(key))
}

export const state_getStorage: Call = ({ chain }, params) => valueToHex(valueAt(chain, params))
export const state_getStorageAt = state_getStorage

export const state_getStorageHash: Call = ({ chain }, params) => {
  const value = valueAt(chain, params)
  return value === undefined ? null : bytesToHex(blake2_256(value))
}
export const state_getStorageHashAt = state_getStorageHash

/** Bytes of the entry, or of all entries under a prefix. */
export const state_getStorageSize: Call = ({ chain }, params) => {
  const prefix = params.required(0, 'key', asKey)
  const at = blockParam(chain, params, 1)
  return withState(at.hash, () => {
    const { reader } = chain.stateAt(at)
    const own = reader.get(prefix)
    if (own !== undefined) return own.length
    let size = 0
    let found = false
    for (const key of reader.keys(prefix)) {
      size += reader.get(key)?.length ?? 0
      found = true
    }
    return found ? size : null
  })
}
export const state_getStorageSizeAt = state_getStorageSize

function keysUnder(chain: Chain, at: BlockId, prefix: ByteString, after: ByteString | undefined, count: number): Hex[] {
  return withState(at.hash, () => {
    const keys: Hex[] = []
    if (count === 0) return keys
    for (const key of chain.stateAt(at).reader.keys(prefix, after)) {
      keys.push(keyToHex(key))
      if (keys.length === count) break
    }
    return keys
  })
}

export const state_getKeys: Call = ({ chain }, params) => {
  const prefix = params.required(0, 'prefix', asKey)
  return keysUnder(chain, blockParam(chain, params, 1), prefix, undefined, Infinity)
}

const MAX_KEYS_PAGE = 1000

export const state_getKeysPaged: Call = ({ chain }, params) => {
  const prefix = params.optional(0, 'prefix', asKey) ?? ''
  const count = params.required(1, 'count', asU32)
  const after = params.optional(2, 'start_key', asKey)
  const at = blockParam(chain, params, 3)
  if (count > MAX_KEYS_PAGE) {
    throw new RpcError(STATE_CODES.invalidCount, `count exceeds maximum value. value: ${count}, max: ${MAX_KEYS_PAGE}`)
  }
  return keysUnder(chain, at, prefix, after, count)
}
export const state_getKeysPagedAt = state_getKeysPaged

export const state_getPairs = unsafe<NodeContext>(({ chain }, params) => {
  const prefix = params.required(0, 'prefix', asKey)
  const at = blockParam(chain, params, 1)
  return withState(at.hash, () => {
    const { reader } = chain.stateAt(at)
    return Array.from(reader.keys(prefix), (key) => [keyToHex(key), valueToHex(reader.get(key))])
  })
})

type Change = readonly [Hex, Hex | null]

function valuesOf(chain: Chain, at: BlockId, keys: readonly ByteString[]): Change[] {
  return withState(at.hash, () => {
    const { reader } = chain.stateAt(at)
    return keys.map((key): Change => [keyToHex(key), valueToHex(reader.get(key))])
  })
}

export const state_queryStorageAt: Call = ({ chain }, params) => {
  const keys = params.required(0, 'keys', asKeys)
  const at = blockParam(chain, params, 1, 'at')
  return [{ block: at.hash, changes: valuesOf(chain, at, keys) }]
}

/** Blocks one `state_queryStorage` may span. */
const MAX_QUERY_BLOCKS = 10_000

/** The values at the first block, then what changed, block by block. */
export const state_queryStorage = unsafe<NodeContext>(({ chain }, params) => {
  const keys = params.required(0, 'keys', asKeys)
  const from = params.required(1, 'block', asHash)
  const to = blockParam(chain, params, 2, 'hash')
  const first = chain.numberOf(from)
  if (first === undefined) throw unknownBlock(from)
  if (first > to.number || to.number - first > MAX_QUERY_BLOCKS) {
    throw new RpcError(
      STATE_CODES.invalidBlockRange,
      `Cannot resolve a block range ['${from}' ... '${to.hash}]`,
      `Expected at most ${MAX_QUERY_BLOCKS} blocks from an earlier to a later one`,
    )
  }
  let before = valuesOf(chain, { hash: from, number: first }, keys)
  const sets = [{ block: from, changes: before }]
  for (let number = first + 1; number <= to.number; number++) {
    const hash = chain.hashOf(number)!
    const values = valuesOf(chain, { hash, number }, keys)
    const changes = values.filter(([, value], index) => value !== before[index]![1])
    if (changes.length > 0) sets.push({ block: hash, changes })
    before = values
  }
  return sets
})

export const state_getReadProof: Call = ({ chain }, params) => {
  const keys = params.required(0, 'keys', asKeys)
  const at = blockParam(chain, params, 1)
  const proof = withState(at.hash, () => chain.store.readProof(at.hash, keys))
  return { at: at.hash, proof: proof.map(bytesToHex) }
}

export const state_getRuntimeVersion: Call = ({ chain }, params) => {
  blockParam(chain, params, 0)
  return chain.runtime.versionJson
}

/** The metadata depends on the runtime alone, so its rendering is kept with it. */
const renderedMetadata = new WeakMap<object, RawJson>()

export const state_getMetadata: Call = ({ chain }, params) => {
  blockParam(chain, params, 0)
  let rendered = renderedMetadata.get(chain.runtime)
  if (rendered === undefined) {
    rendered = new RawJson(`"${bytesToHex(chain.runtime.metadata(14))}"`)
    renderedMetadata.set(chain.runtime, rendered)
  }
  return rendered
}

/** Answers of the `Metadata_*` functions by name and argument; every client asks for them when it connects. */
const renderedCalls = new WeakMap<object, Map<string, RawJson>>()
const MAX_RENDERED_CALLS = 16

export const state_call: Call = ({ chain }, params) => {
  const method = params.required(0, 'name', asString)
  const args = params.required(1, 'bytes', asBytes)
  const at = blockParam(chain, params, 2)
  if (!method.startsWith('Metadata_')) return callRuntime(chain, at, method, args)
  const calls = renderedCalls.get(chain.runtime) ?? new Map<string, RawJson>()
  renderedCalls.set(chain.runtime, calls)
  const key = `${method} ${bytesToHex(args)}`
  let rendered = calls.get(key)
  if (rendered === undefined) {
    rendered = new RawJson(`"${callRuntime(chain, at, method, args)}"`)
    if (calls.size < MAX_RENDERED_CALLS) calls.set(key, rendered)
  }
  return rendered
}
export const state_callAt = state_call

function callRuntime(chain: Chain, at: BlockId, method: string, args: Uint8Array): Hex {
  return withState(at.hash, () => {
    try {
      return bytesToHex(chain.runtime.callApi(chain.stateAt(at), at, method, args))
    } catch (error) {
      if (isNeuriteError(error, 'UnknownApi')) {
        throw clientError(`Execution failed: Other: Exported method ${method} is not found`)
      }
      if (error instanceof ScaleError) throw clientError(`Execution failed: Other: ${error.message}`)
      throw error
    }
  })
}

export const state_subscribeRuntimeVersion: Subscription<NodeContext> = {
  kind: 'subscription',
  notification: 'state_runtimeVersion',
  unsubscribe: 'state_unsubscribeRuntimeVersion',
  start({ chain }, _params, sink) {
    // The runtime is part of the program: the version cannot change while it runs.
    sink.send(chain.runtime.versionJson)
    return () => {}
  },
}
export const chain_subscribeRuntimeVersion: Subscription<NodeContext> = {
  ...state_subscribeRuntimeVersion,
  unsubscribe: 'chain_unsubscribeRuntimeVersion',
}

/** The values of the keys now, then each block's changes to them; without keys all changes, which is unsafe. */
export const state_subscribeStorage: Subscription<NodeContext> = {
  kind: 'subscription',
  notification: 'state_storage',
  unsubscribe: 'state_unsubscribeStorage',
  start({ chain }, params, sink, { allowUnsafe }) {
    const keys = params.optional(0, 'keys', asKeys)
    if (keys === undefined && !allowUnsafe) throw unsafeMethod()
    if (keys !== undefined) sink.send({ block: chain.best.hash, changes: valuesOf(chain, chain.best, keys) })
    const stops = [
      chain.imported.subscribe(({ hash, changes }) => {
        // Without a comparator strings sort by UTF-16 unit, which is the order of the bytes.
        const changed = keys?.filter((key) => changes.has(key)) ?? [...changes.keys()].sort()
        if (changed.length === 0) return
        sink.send({ block: hash, changes: changed.map((key) => [keyToHex(key), valueToHex(changes.get(key))]) })
      }),
      chain.reverted.subscribe(({ hash }) => {
        if (keys !== undefined) sink.send({ block: hash, changes: valuesOf(chain, chain.best, keys) })
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  },
}
