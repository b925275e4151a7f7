/** One step of the checks on a signed extrinsic. */
import type { DispatchOutcome } from '../../frame/ctx.ts'
import type { TransactionSource, ValidTransaction } from '../../frame/validity.ts'
import type { CheckedExtrinsic } from '../checked.ts'
import type { Context } from '../context.ts'

export interface SignedExtrinsic extends CheckedExtrinsic {
  readonly signer: NonNullable<CheckedExtrinsic['signer']>
  readonly extra: NonNullable<CheckedExtrinsic['extra']>
}

export interface Extension {
  readonly identifier: string
  /** Says whether the extrinsic may wait in the pool or be included; changes nothing. Throws TransactionValidityError. */
  readonly validate?: (
    ctx: Context,
    tx: SignedExtrinsic,
    source: TransactionSource,
  ) => Partial<ValidTransaction> | undefined
  /** Takes effect before the call runs, and stays even if the call fails. What it returns goes to `post`. */
  readonly prepare?: (ctx: Context, tx: SignedExtrinsic) => unknown
  /** After the call. */
  readonly post?: (ctx: Context, tx: SignedExtrinsic, prepared: unknown, outcome: DispatchOutcome) => void
}
