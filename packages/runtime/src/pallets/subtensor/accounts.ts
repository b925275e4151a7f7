/**
 * Accounts that belong to the pallet: one per subnet holding the TAO of its pool, and one where burnt TAO ends.
 * Bytes: `modl`, the pallet id, for a subnet its index (u16 little-endian), zeros up to 32.
 */
import { type AccountId, bytesToHex, hexToBytes, utf8ToBytes } from '@neurite/primitives/bytes'

const MODULE = 'modl'
const SUBNET_PREFIX = bytesToHex(utf8ToBytes(`${MODULE}subtensr`))
/** Digits after prefix and netuid: 32 - 14 bytes of zeros. */
const PADDING = '0'.repeat(36)

/** Where burnt TAO is sent: it stays issued, and nobody can spend it. */
export const BURN_ACCOUNT: AccountId = `${bytesToHex(utf8ToBytes(`${MODULE}burntnsr`))}${'0'.repeat(40)}` as AccountId

const SUBNET_ACCOUNTS = new Map<number, AccountId>()

/** Account with the TAO of the subnet's pool. */
export function subnetAccount(netuid: number): AccountId {
  let account = SUBNET_ACCOUNTS.get(netuid)
  if (account === undefined) {
    const index = bytesToHex(new Uint8Array([netuid & 0xff, netuid >> 8])).slice(2)
    account = `${SUBNET_PREFIX}${index}${PADDING}` as AccountId
    SUBNET_ACCOUNTS.set(netuid, account)
  }
  return account
}

/** The subnet whose account this is; undefined for all others. */
export function subnetOfAccount(account: AccountId): number | undefined {
  if (!account.startsWith(SUBNET_PREFIX) || !account.endsWith(PADDING)) return undefined
  const bytes = hexToBytes(account)
  return bytes[12]! + bytes[13]! * 256
}

/** The account that stands for "none". */
export const ZERO_ACCOUNT: AccountId = `0x${'0'.repeat(64)}`
