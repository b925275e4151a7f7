/** Addresses and signatures as extrinsics carry them. */
import type { AccountId } from '../bytes/index.ts'
import {
  accountId,
  bytes,
  type Codec,
  compact,
  fixedBytes,
  itemsOf,
  named,
  once,
  u32,
  unit,
  type ValueOf,
  variant,
} from '../scale/index.ts'

/** `Compact<()>`: the index form has no values on this chain; decoding one fails. */
const compactUnit: Codec<number> = {
  ...compact(u32),
  type: once(() => ({ def: { kind: 'compact', of: unit } })),
}

const multiAddress = variant(
  'sp_runtime::multiaddress::MultiAddress',
  {
    Id: itemsOf(named('AccountId', accountId)),
    Index: itemsOf(named('AccountIndex', compactUnit)),
    Raw: itemsOf(bytes),
    Address32: itemsOf(fixedBytes(32)),
    Address20: itemsOf(fixedBytes(20)),
  },
  {
    params: [
      { name: 'AccountId', codec: accountId },
      { name: 'AccountIndex', codec: unit },
    ],
  },
)
export type MultiAddress = ValueOf<typeof multiAddress>

/** An address, as a call's argument (`AccountIdLookupOf<T>`). */
export const addressCodec: Codec<MultiAddress> = named('AccountIdLookupOf<T>', multiAddress)

export function addressOf(who: AccountId): MultiAddress {
  return { type: 'Id', value: who }
}

/** A signature with its scheme. */
export const signatureCodec = variant('sp_runtime::MultiSignature', {
  Ed25519: itemsOf(named('ed25519::Signature', fixedBytes(64))),
  Sr25519: itemsOf(named('sr25519::Signature', fixedBytes(64))),
  Ecdsa: itemsOf(named('ecdsa::Signature', fixedBytes(65))),
})
export type MultiSignature = ValueOf<typeof signatureCodec>
