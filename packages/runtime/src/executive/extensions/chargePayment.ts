import { minWeight } from '../../frame/weight.ts'
import { correctAndDepositFee, withdrawFee } from '../../pallets/transaction-payment/index.ts'
import { dryRun } from '../dryRun.ts'
import type { Extension } from './extension.ts'

/** Priority is flat: neither tip nor fee moves an extrinsic forward. subtensor docs/transaction-priority.md */
const PRIORITY = { Normal: 1n, Mandatory: 1n, Operational: 10_000_000_000n }

/** Takes the fee before the call runs and gives back what the call did not use. */
export const chargePayment: Extension = {
  identifier: 'ChargeTransactionPayment',
  validate(ctx, tx) {
    dryRun(ctx, () => withdrawFee(ctx, tx.signer, tx.extrinsic.call, tx.info, tx.length, tx.extra.tip))
    return { priority: PRIORITY[tx.info.class] }
  },
  prepare(ctx, tx) {
    return withdrawFee(ctx, tx.signer, tx.extrinsic.call, tx.info, tx.length, tx.extra.tip)
  },
  post(ctx, tx, prepared, outcome) {
    const { info } = tx
    const actual = {
      weight: outcome.actualWeight ? minWeight(outcome.actualWeight, info.weight) : info.weight,
      pays: info.pays === 'Yes' ? (outcome.pays ?? 'Yes') : ('No' as const),
    }
    correctAndDepositFee(ctx, prepared as ReturnType<typeof withdrawFee>, tx.length, actual)
  },
}
