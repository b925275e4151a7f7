/** Shapes that all views use: integers are compact on the wire, accounts are plain. */
import { accountId, type Codec, compact, mapped, named, u8, vec } from '@neurite/primitives/scale'

/** An integer in compact form, under the type name the reference gives it. */
export function packed<T extends number | bigint>(of: Codec<T>): Codec<T> {
  return named(`Compact<${of.typeName}>`, compact(of))
}

/** Text as the views carry it: every byte is a compact integer of its own. */
export const packedText: Codec<Uint8Array> = mapped(
  vec(packed(u8)),
  (items) => Uint8Array.from(items),
  (text) => [...text],
)

/** Account under the name of the views' type parameter. */
export const account = named('AccountId', accountId)

/** The type parameter that most views have. */
export const accountParam = { params: [{ name: 'AccountId', codec: accountId }] }
