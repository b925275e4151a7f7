/** Extrinsic format V4: what is sent and what is signed. Chain and clients share it. */
import { concatBytes, type Hash } from '../bytes/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { compact, decodeError, encode, h256, nameEnum, Reader, struct, u32, u64, Writer } from '../scale/index.ts'
import { addressCodec, type MultiAddress, type MultiSignature, signatureCodec } from './address.ts'
import { type Era, eraCodec } from './era.ts'

export const EXTRINSIC_VERSION = 4
const SIGNED = 0x80 | EXTRINSIC_VERSION
const BARE_V4 = 0x04
const BARE_V5 = 0x05
/** Longer payloads are hashed before they are signed. */
const LONGEST_PLAIN_PAYLOAD = 256

/** What the signer sends beside the call. */
export interface Extra {
  readonly era: Era
  readonly nonce: number
  /** In rao; goes to the block's author. */
  readonly tip: bigint
  /** Whether the signer also signs a hash of the metadata. */
  readonly metadataHashMode: 'Disabled' | 'Enabled'
}

export interface SignedPart {
  readonly address: MultiAddress
  readonly signature: MultiSignature
  readonly extra: Extra
  /** Encoded `extra`, as signed. */
  readonly extraBytes: Uint8Array
}

/** Facts that are signed but not sent: they tie an extrinsic to one chain and one time. */
export interface Implied {
  readonly specVersion: number
  readonly transactionVersion: number
  readonly genesisHash: Hash
  /** Genesis for immortal extrinsics, else the hash of the era's first block. */
  readonly birthHash: Hash
}

export const metadataHashMode = nameEnum('frame_metadata_hash_extension::Mode', ['Disabled', 'Enabled'])
const extraCodec = struct('', { era: eraCodec, nonce: compact(u32), tip: compact(u64), metadataHashMode })

export function encodeExtra(extra: Extra): Uint8Array {
  return encode(extraCodec, extra)
}

/**
 * Splits an extrinsic (length prefix included) into its signed part and the reader's position at the call.
 * @throws ScaleError for another format.
 */
export function readEnvelope(input: Uint8Array): { readonly signed: SignedPart | undefined; readonly reader: Reader } {
  const reader = new Reader(input)
  const length = reader.compact()
  if (length !== reader.remaining)
    throw decodeError(`Length prefix says ${length} bytes, ${reader.remaining} follow`, 0)
  const preamble = reader.u8()
  if (preamble === BARE_V4 || preamble === BARE_V5) return { signed: undefined, reader }
  if (preamble !== SIGNED) {
    throw decodeError(
      `Unsupported extrinsic format 0x${preamble.toString(16)}; expected 0x84 (signed) or 0x04 (bare)`,
      reader.at - 1,
    )
  }
  const address = addressCodec.read(reader)
  const signature = signatureCodec.read(reader)
  const start = reader.at
  const extra = extraCodec.read(reader)
  return { signed: { address, signature, extra, extraBytes: reader.data.slice(start, reader.at) }, reader }
}

/** A bare extrinsic: an inherent, or an unsigned call. */
export function encodeBare(callBytes: Uint8Array): Uint8Array {
  return withLength(concatBytes(new Uint8Array([BARE_V4]), callBytes))
}

export function encodeSigned(
  address: MultiAddress,
  signature: MultiSignature,
  extraBytes: Uint8Array,
  callBytes: Uint8Array,
): Uint8Array {
  const body = new Writer(callBytes.length + 128)
  body.u8(SIGNED)
  addressCodec.write(address, body)
  signatureCodec.write(signature, body)
  body.bytes(extraBytes)
  body.bytes(callBytes)
  return withLength(body.finish())
}

function withLength(body: Uint8Array): Uint8Array {
  const out = new Writer(body.length + 4)
  out.compact(body.length)
  out.bytes(body)
  return out.finish()
}

/** The bytes that the signer signs: call, extra and what is implied; hashed when longer than 256 bytes. */
export function signingPayload(callBytes: Uint8Array, extraBytes: Uint8Array, implied: Implied): Uint8Array {
  const out = new Writer(128)
  u32.write(implied.specVersion, out)
  u32.write(implied.transactionVersion, out)
  h256.write(implied.genesisHash, out)
  h256.write(implied.birthHash, out)
  out.u8(0) // no metadata hash
  const payload = concatBytes(callBytes, extraBytes, out.finish())
  return payload.length > LONGEST_PLAIN_PAYLOAD ? blake2_256(payload) : payload
}
