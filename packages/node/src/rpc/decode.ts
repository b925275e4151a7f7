/** From the text of one message to the requests in it. Nothing here throws; a malformed part becomes its own answer. */
import { invalidRequest, parseError, type RpcError, tooBigBatchRequest } from './errors.ts'

/** An id is echoed with the JSON type it came with. */
export type RpcId = string | number | null

export interface RpcRequest {
  readonly method: string
  /** By position, or by name; an empty array when the member is missing. */
  readonly params: readonly unknown[] | Readonly<Record<string, unknown>>
  /** `undefined` for a notification, which gets no answer. */
  readonly id: RpcId | undefined
}

/** A request, or the error its place in the batch is answered with. */
export type DecodedEntry = { readonly request: RpcRequest } | { readonly error: RpcError; readonly id: RpcId }

export type DecodedMessage =
  | { readonly kind: 'single'; readonly entry: DecodedEntry }
  | { readonly kind: 'batch'; readonly entries: readonly DecodedEntry[] }

/** Nesting above this is a parse error, so that a short message cannot exhaust the stack of a recursive reader. */
export const MAX_JSON_DEPTH = 128

export function decodeMessage(text: string, limits: { readonly maxBatch: number }): DecodedMessage {
  const value = parseJson(text)
  if (value === undefined) return single({ error: parseError(), id: null })
  if (!Array.isArray(value)) return single(decodeRequest(value))
  if (value.length === 0) return single({ error: invalidRequest(), id: null })
  if (value.length > limits.maxBatch) return single({ error: tooBigBatchRequest(limits.maxBatch), id: null })
  return { kind: 'batch', entries: value.map(decodeRequest) }
}

const single = (entry: DecodedEntry): DecodedMessage => ({ kind: 'single', entry })

/** The parsed object or array; undefined when `text` is no JSON, neither of the two, or nested too deeply. */
function parseJson(text: string): object | undefined {
  if (exceedsDepth(text, MAX_JSON_DEPTH)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const QUOTE = 34
const BACKSLASH = 92

/** True when brackets outside strings nest deeper than `limit`. Strings are skipped by search: a long hex costs little. */
export function exceedsDepth(text: string, limit: number): boolean {
  if (text.length <= limit) return false
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      i = endOfString(text, i)
      if (i < 0) return false
    } else if (c === 123 || c === 91) {
      if (++depth > limit) return true
    } else if (c === 125 || c === 93) depth--
  }
  return false
}

/** Index of the quote that closes the string opened at `open`; -1 when it is never closed. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close > 0) {
    let backslashes = 0
    while (text.charCodeAt(close - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return close
    close = text.indexOf('"', close + 1)
  }
  return -1
}

function decodeRequest(value: unknown): DecodedEntry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: invalidRequest(), id: null }
  const { jsonrpc, method, params, id } = value as Record<string, unknown>
  const knownId = isId(id) ? id : null
  const reject = (why: string): DecodedEntry => ({ error: invalidRequest(why), id: knownId })
  if (id !== undefined && !isId(id)) return reject('`id` must be a string, a non-negative integer below 2^53 or null')
  if (jsonrpc !== '2.0') return reject('`jsonrpc` must be "2.0"')
  if (typeof method !== 'string') return reject('`method` must be a string')
  if (params !== undefined && params !== null && typeof params !== 'object') {
    return reject('`params` must be an array or an object')
  }
  return { request: { method, params: (params ?? []) as RpcRequest['params'], id } }
}

function isId(id: unknown): id is RpcId {
  return typeof id === 'string' || id === null || (Number.isSafeInteger(id) && (id as number) >= 0)
}
