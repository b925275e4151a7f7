import { signedBy } from '../../frame/origin.ts'
import type { DispatchGuard } from '../../frame/pallet.ts'
import { TransactionValidityError } from '../../frame/validity.ts'
import type { Extension } from './extension.ts'

/**
 * Asks the pallets' guards in the pool, so that calls which are free of charge and would fail never get in.
 * The same guards run again at dispatch, nested calls included.
 */
export function guardExtension(guards: readonly DispatchGuard[]): Extension {
  return {
    identifier: 'SubtensorTransactionExtension',
    validate(ctx, tx) {
      for (const guard of guards) {
        const failure = guard.check(ctx, signedBy(tx.signer), tx.extrinsic.call)
        if (failure?.invalid) throw new TransactionValidityError({ type: 'Invalid', value: failure.invalid })
      }
      return undefined
    },
  }
}
