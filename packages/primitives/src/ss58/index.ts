/**
 * SS58 addresses: base58 of a network prefix, the account and the first two bytes of a Blake2b-512 checksum.
 *
 * Bittensor uses prefix 42 (the generic Substrate one), so its addresses start with `5`.
 */
import { base58 } from '@scure/base'
import { type AccountId, bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_512 } from '../hash/index.ts'

export const DEFAULT_SS58_PREFIX = 42

const CHECKSUM_SALT = utf8ToBytes('SS58PRE')
const CHECKSUM_BYTES = 2
const ACCOUNT_BYTES = 32

/** Prefixes up to 63 take one byte; up to 16383 two, whose bits are interleaved so that bit 6 of the first marks them. */
function prefixBytes(prefix: number): Uint8Array {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 16_383) {
    throw new NeuriteError('InvalidSs58Prefix', `The SS58 prefix \`${prefix}\` is out of range.`, {
      details: ['Expected an integer from 0 to 16383; Bittensor uses 42.'],
    })
  }
  if (prefix < 64) return Uint8Array.of(prefix)
  return Uint8Array.of(((prefix & 0xfc) >> 2) | 0x40, (prefix >> 8) | ((prefix & 0x03) << 6))
}

function checksum(body: Uint8Array): Uint8Array {
  return blake2_512(concatBytes(CHECKSUM_SALT, body)).subarray(0, CHECKSUM_BYTES)
}

/** Address of `account` (32 bytes, as hex or bytes). */
export function encodeAddress(account: AccountId | Uint8Array, prefix: number = DEFAULT_SS58_PREFIX): string {
  const bytes = typeof account === 'string' ? hexToBytes(account, 'account') : account
  if (bytes.length !== ACCOUNT_BYTES) {
    throw new NeuriteError('InvalidAccount', `The account has \`${bytes.length}\` bytes.`, {
      details: ['Expected 32.'],
    })
  }
  const body = concatBytes(prefixBytes(prefix), bytes)
  return base58.encode(concatBytes(body, checksum(body)))
}

export interface DecodedAddress {
  readonly account: AccountId
  readonly prefix: number
}

function invalid(address: string, reason: string): NeuriteError {
  // Longer text may be a seed or a recovery phrase given by mistake, so it is not repeated.
  const shown = address.length > 50 ? `${address.slice(0, 6)}...` : address
  return new NeuriteError('InvalidAddress', `\`${shown}\` is not an SS58 address: ${reason}.`, {
    details: ['Expected something like `5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY`.'],
  })
}

/**
 * Account and prefix of `address`, whatever its network.
 * @throws NeuriteError `InvalidAddress` naming what is wrong: characters, length or checksum.
 */
export function decodeAddressAnyPrefix(address: string): DecodedAddress {
  // Base58 decoding is quadratic, so the length is bounded first; the longest 32-byte account has 50 characters.
  if (address.length < 33 || address.length > 50) throw invalid(address, `it has ${address.length} characters`)
  let bytes: Uint8Array
  try {
    bytes = base58.decode(address)
  } catch {
    throw invalid(address, 'it has characters outside base58 (0, O, I and l are not used)')
  }
  const first = bytes[0]!
  if (first > 127) throw invalid(address, `its first byte ${first} is reserved`)
  const prefixLength = first < 64 ? 1 : 2
  if (bytes.length !== prefixLength + ACCOUNT_BYTES + CHECKSUM_BYTES) {
    throw invalid(address, `it holds ${bytes.length} bytes`)
  }
  const body = bytes.subarray(0, prefixLength + ACCOUNT_BYTES)
  const expected = checksum(body)
  if (expected.some((byte, i) => byte !== bytes[body.length + i])) {
    throw invalid(address, 'its checksum is wrong, so a character was mistyped')
  }
  const second = bytes[1]!
  const prefix = prefixLength === 1 ? first : ((first & 0x3f) << 2) | (second >> 6) | ((second & 0x3f) << 8)
  return { account: bytesToHex(body.subarray(prefixLength)), prefix }
}

/**
 * Account of `address`.
 * @throws NeuriteError `InvalidAddress` also when the address is of a network other than `prefix`.
 */
export function decodeAddress(address: string, prefix: number = DEFAULT_SS58_PREFIX): AccountId {
  const decoded = decodeAddressAnyPrefix(address)
  if (decoded.prefix !== prefix) {
    throw invalid(address, `its network prefix is ${decoded.prefix} instead of ${prefix}`)
  }
  return decoded.account
}

export function isAddress(value: unknown, prefix: number = DEFAULT_SS58_PREFIX): value is string {
  if (typeof value !== 'string') return false
  try {
    decodeAddress(value, prefix)
    return true
  } catch {
    return false
  }
}
