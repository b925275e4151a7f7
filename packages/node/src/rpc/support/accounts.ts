/** Accounts as parameters. */
import type { AccountId } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { decodeAddressAnyPrefix } from '@neurite/primitives/ss58'
import { invalidParams } from '../errors.ts'
import { asString, type ParamReader } from '../params.ts'

/** An account: its SS58 address of any network, or its 32 bytes in hex. */
export const asAccount: ParamReader<AccountId> = (value, title) => {
  const text = asString(value, title)
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as AccountId
  try {
    return decodeAddressAnyPrefix(text).account
  } catch (error) {
    if (isNeuriteError(error)) throw invalidParams(`\`${title}\`: ${error.shortMessage}`)
    throw error
  }
}
