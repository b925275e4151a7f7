import { invalid } from '../../frame/validity.ts'
import * as sudo from '../../pallets/sudo/index.ts'
import type { Extension } from './extension.ts'

/** Only the sudo key may send calls of the Sudo pallet; others are refused before they cost anything. */
export const sudoSigner: Extension = {
  identifier: 'SudoTransactionExtension',
  validate(ctx, tx) {
    if (tx.extrinsic.call.pallet === 'Sudo' && sudo.storage.Key.get(ctx) !== tx.signer) throw invalid('BadSigner')
    return undefined
  },
}
