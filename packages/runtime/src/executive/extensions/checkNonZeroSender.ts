import { invalid } from '../../frame/validity.ts'
import type { Extension } from './extension.ts'

const ZERO = `0x${'00'.repeat(32)}`

/** The zero account has no key, so nothing it signs can be true. */
export const checkNonZeroSender: Extension = {
  identifier: 'CheckNonZeroSender',
  validate(_ctx, tx) {
    if (tx.signer === ZERO) throw invalid('BadSigner')
    return undefined
  },
}
