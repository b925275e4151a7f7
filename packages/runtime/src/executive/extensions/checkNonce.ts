import { accountId, encode, tuple, u32 } from '@neurite/primitives/scale'
import { invalid } from '../../frame/validity.ts'
import * as system from '../../pallets/system/index.ts'
import type { Extension } from './extension.ts'

const tag = tuple(accountId, u32)

/**
 * Nonces order the extrinsics of an account. Free calls skip the test that the account exists, so that hotkeys without
 * balance can set weights and serve.
 */
export const checkNonce: Extension = {
  identifier: 'CheckNonce',
  validate(ctx, tx) {
    const account = system.storage.Account.get(ctx, { account: tx.signer })
    if (tx.info.pays === 'Yes' && account.providers === 0 && account.sufficients === 0) throw invalid('Payment')
    const { nonce } = tx.extra
    if (nonce < account.nonce) throw invalid('Stale')
    return {
      provides: [encode(tag, [tx.signer, nonce])],
      requires: account.nonce < nonce ? [encode(tag, [tx.signer, nonce - 1])] : [],
    }
  },
  prepare(ctx, tx) {
    const account = system.storage.Account.get(ctx, { account: tx.signer })
    if (tx.extra.nonce > account.nonce) throw invalid('Future')
    system.storage.Account.set(ctx, { account: tx.signer }, { ...account, nonce: account.nonce + 1 })
    return undefined
  },
}
