/** JSON-RPC errors: the codes and texts a Substrate node answers with, because clients match on them. */
import { NeuriteError } from '@neurite/primitives/errors'

/** Codes of the transport. Method modules have their own (1010 for the pool, 4003 for the state, ...). */
export const RPC_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  tooManySubscriptions: -32006,
  oversizedRequest: -32007,
  oversizedResponse: -32008,
  serverIsBusy: -32009,
  tooBigBatchRequest: -32010,
  tooBigBatchResponse: -32011,
  rateLimited: -32999,
} as const

/** The `error` member of a JSON-RPC response. */
export interface RpcErrorObject {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** An answer that is an error: `rpcCode`, `rpcMessage` and `rpcData` go on the wire exactly as given. */
export class RpcError extends NeuriteError<'Rpc'> {
  readonly rpcCode: number
  readonly rpcMessage: string
  readonly rpcData: unknown

  constructor(rpcCode: number, rpcMessage: string, rpcData?: unknown) {
    super('Rpc', rpcMessage, typeof rpcData === 'string' ? { details: [rpcData] } : {})
    this.rpcCode = rpcCode
    this.rpcMessage = rpcMessage
    this.rpcData = rpcData
  }
}

export function rpcErrorToObject(error: RpcError): RpcErrorObject {
  return error.rpcData === undefined
    ? { code: error.rpcCode, message: error.rpcMessage }
    : { code: error.rpcCode, message: error.rpcMessage, data: error.rpcData }
}

export const parseError = () => new RpcError(RPC_CODES.parseError, 'Parse error')
export const invalidRequest = (why?: string) => new RpcError(RPC_CODES.invalidRequest, 'Invalid request', why)
export const methodNotFound = () => new RpcError(RPC_CODES.methodNotFound, 'Method not found')
export const invalidParams = (why: string) => new RpcError(RPC_CODES.invalidParams, 'Invalid params', why)
export const internalError = (why?: string) => new RpcError(RPC_CODES.internalError, 'Internal error', why)
export const unsafeMethod = () => new RpcError(RPC_CODES.methodNotFound, 'RPC call is unsafe to be called externally')

const limitOf = (limit: number) => `Exceeded max limit of ${limit}`
export const oversizedRequest = (limit: number) =>
  new RpcError(RPC_CODES.oversizedRequest, 'Request is too big', limitOf(limit))
export const oversizedResponse = (limit: number) =>
  new RpcError(RPC_CODES.oversizedResponse, 'Response is too big', limitOf(limit))
export const tooBigBatchRequest = (limit: number) =>
  new RpcError(RPC_CODES.tooBigBatchRequest, 'The batch request was too large', limitOf(limit))
export const tooBigBatchResponse = (limit: number) =>
  new RpcError(RPC_CODES.tooBigBatchResponse, 'The batch response was too large', limitOf(limit))
export const tooManySubscriptions = (limit: number) =>
  new RpcError(RPC_CODES.tooManySubscriptions, 'Too many subscriptions on the connection', limitOf(limit))
export const serverIsBusy = () => new RpcError(RPC_CODES.serverIsBusy, 'Server is busy, try again later')
export const rateLimited = () => new RpcError(RPC_CODES.rateLimited, 'RPC rate limit exceeded')
