/** Hashes, messages and nonces of the axon protocol. */
import { bytesToHex, concatBytes, hexToBytes, isHex, utf8ToBytes } from '@neurite/primitives/bytes'
import { sr25519Verify } from '@neurite/primitives/crypto'
import { sha3_256 } from '@neurite/primitives/hash'
import type { Keypair } from '@neurite/primitives/keyring'
import { decodeAddress } from '@neurite/primitives/ss58'
import { pyStr } from './python-text.ts'

const hashHex = (text: string): string => bytesToHex(sha3_256(utf8ToBytes(text))).slice(2)

/** Hash that a caller signs: of the hashes of the required fields as Python writes them; without fields, of nothing. */
export function bodyHash(fields: ReadonlyMap<string, unknown>, required: readonly string[] = []): string {
  return hashHex(required.map((name) => hashHex(pyStr(fields.get(name)))).join(''))
}

/** What a dendrite signs. */
export function requestMessage(parts: {
  readonly nonce: bigint
  readonly dendriteHotkey: string
  readonly axonHotkey: string
  readonly uuid: string | undefined
  readonly bodyHash: string | undefined
}): string {
  // Absent parts read `None`, since the message is a formatted Python string.
  return [parts.nonce, parts.dendriteHotkey, parts.axonHotkey, parts.uuid ?? 'None', parts.bodyHash ?? 'None'].join('.')
}

/** What an axon signs; it does not cover the answer. */
export function answerMessage(parts: {
  readonly nonce: bigint
  readonly dendriteHotkey: string | undefined
  readonly axonHotkey: string | undefined
  readonly uuid: string
}): string {
  return [parts.nonce, parts.dendriteHotkey ?? 'None', parts.axonHotkey ?? 'None', parts.uuid].join('.')
}

/** Name of the header with our signature of the whole answer; others ignore it. */
export const ANSWER_SIGNATURE_HEADER = 'neurite-answer-signature'

/** What our axons sign besides: the answer itself, bound to the request by its nonce. */
export function wholeAnswerMessage(parts: {
  readonly requestNonce: bigint | undefined
  readonly dendriteHotkey: string | undefined
  readonly axonHotkey: string
  readonly statusCode: number
  readonly body: Uint8Array
}): Uint8Array {
  const head = `neurite-answer:${parts.requestNonce ?? 'None'}.${parts.dendriteHotkey ?? 'None'}.${parts.axonHotkey}.${parts.statusCode}.`
  return concatBytes(utf8ToBytes(head), sha3_256(parts.body))
}

/** Signature of `message` as the wire writes it. */
export function signMessage(keypair: Keypair, message: string | Uint8Array): string {
  return bytesToHex(keypair.sign(typeof message === 'string' ? utf8ToBytes(message) : message))
}

/** Verifies one sr25519 signature; may run elsewhere, such as on a pool of threads. */
export type VerifySignature = (
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
) => boolean | Promise<boolean>

/** What browser wallets put around a message before they sign it. */
const WRAPPER = [utf8ToBytes('<Bytes>'), utf8ToBytes('</Bytes>')] as const

/** True if `signature` (hex) of `message`, plain or wrapped as `<Bytes>`, is by the SS58 address `hotkey`. */
export async function verifyMessage(
  hotkey: string,
  message: string | Uint8Array,
  signature: string,
  verify: VerifySignature = sr25519Verify,
): Promise<boolean> {
  if (!isHex(signature) || signature.length !== 2 + 128) return false
  let publicKey: Uint8Array
  try {
    publicKey = hexToBytes(decodeAddress(hotkey))
  } catch {
    return false
  }
  const bytes = typeof message === 'string' ? utf8ToBytes(message) : message
  const signed = hexToBytes(signature)
  if (await verify(signed, bytes, publicKey)) return true
  return await verify(signed, concatBytes(WRAPPER[0], bytes, WRAPPER[1]), publicKey)
}

/** Nanoseconds since 1970, by the wall clock, in steps of a millisecond. */
export function nowNanoseconds(): bigint {
  return BigInt(Date.now()) * 1_000_000n
}

/** Nonces for one sender: the time, and always above the one before. */
export function createNonces(): () => bigint {
  let last = 0n
  return () => {
    const now = nowNanoseconds()
    last = now > last ? now : last + 1n
    return last
  }
}
