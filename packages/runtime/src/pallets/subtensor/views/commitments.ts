/**
 * Commitments of a subnet's hotkeys, as stored by the commitments pallet: the views pass the bytes on undecoded, so the
 * raw entries are enough and neither pallet needs the other.
 */
import { type AccountId, byteStringToBytes, bytesToHex } from '@neurite/primitives/bytes'
import { type Ctx, twox128Key } from '../../../frame/index.ts'

/** `Commitments.CommitmentOf`, keyed by the netuid as it is and by `twox64(account) ++ account`. */
const PREFIX = twox128Key('Commitments') + twox128Key('CommitmentOf')
const ACCOUNT_BYTES = 32

/** Accounts with the bytes of their registrations, in the order of the raw keys. */
export function commitmentsOf(ctx: Ctx, netuid: number): [AccountId, Uint8Array][] {
  const prefix = PREFIX + String.fromCharCode(netuid & 0xff, netuid >> 8)
  return ctx.overlay
    .keys(prefix)
    .map((key) => [bytesToHex(byteStringToBytes(key.slice(-ACCOUNT_BYTES))), ctx.overlay.getRaw(key)!])
}
