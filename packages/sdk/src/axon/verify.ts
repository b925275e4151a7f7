/** Who may call: the rules of `default_verify` (bittensor 10.2.0, core/axon.py), and stricter where that leaves gaps. */
import { NeuriteError } from '@neurite/primitives/errors'
import { isAddress } from '@neurite/primitives/ss58'
import { nowNanoseconds, requestMessage, type VerifySignature, verifyMessage } from '../synapse/index.ts'
import type { AxonRequest } from './axon.ts'
import type { ReplayStore } from './replay.ts'

/** Nanoseconds that a first request may be old, on top of its timeout. */
export const ALLOWED_DELTA = 4_000_000_000n
const SECOND = 1_000_000_000n

export interface VerifyOptions {
  readonly axonHotkey: string
  readonly replay: ReplayStore
  readonly allowUnsigned: boolean
  /** Longest timeout, in seconds, that makes an old request acceptable: callers may claim any. */
  readonly maxTimeout: number
  readonly verifySignature?: VerifySignature
}

const notVerified = (message: string): NeuriteError => new NeuriteError('NotVerified', message)

const seconds = (nanoseconds: bigint): string => (Number(nanoseconds) / 1e9).toFixed(2)

/**
 * True if the request is signed and fresh; false if it is unsigned and that is allowed.
 *
 * Upstream lets unsigned requests pass, and judges no first nonce of callers that claim an old version. Both would let
 * anyone speak for a hotkey or replay its requests, so neither holds here.
 * @throws NeuriteError `NotVerified` with the text that the caller is told
 */
export async function verifyRequest(request: AxonRequest, options: VerifyOptions): Promise<boolean> {
  const { dendrite } = request
  if (dendrite.signature === undefined) {
    if (options.allowUnsigned) return false
    throw notVerified('Missing signature')
  }
  if (dendrite.hotkey === undefined || !isAddress(dendrite.hotkey)) throw notVerified('Invalid hotkey')
  if (dendrite.nonce === undefined) throw notVerified('Missing Nonce')

  const caller = `${dendrite.hotkey}:${dendrite.uuid}`
  const known = options.replay.last(caller)
  if (known !== undefined && dendrite.nonce <= known) throw notVerified(TOO_OLD)
  const now = nowNanoseconds()
  const timeout = BigInt(Math.round(Math.max(0, Math.min(request.timeout, options.maxTimeout)) * 1e9))
  const delta = ALLOWED_DELTA + timeout
  if (known === undefined && dendrite.nonce <= now - delta) {
    throw notVerified(
      `Nonce is too old: acceptable delta is ${seconds(delta)} seconds but request was ${seconds(now - dendrite.nonce)} seconds old`,
    )
  }
  // Would outlive the memory of nonces and could then be replayed.
  if (dendrite.nonce > now + ALLOWED_DELTA + BigInt(Math.round(options.maxTimeout)) * SECOND) {
    throw notVerified('Nonce is too far in the future')
  }

  const message = requestMessage({
    nonce: dendrite.nonce,
    dendriteHotkey: dendrite.hotkey,
    axonHotkey: options.axonHotkey,
    uuid: dendrite.uuid,
    bodyHash: request.bodyHash,
  })
  if (!(await verifyMessage(dendrite.hotkey, message, dendrite.signature, options.verifySignature))) {
    throw notVerified(`Signature mismatch with ${message} and ${dendrite.signature}`)
  }
  if (!options.replay.accept(caller, dendrite.nonce)) throw notVerified(TOO_OLD)
  return true
}

const TOO_OLD = 'Nonce is too old, a newer one was last processed'
