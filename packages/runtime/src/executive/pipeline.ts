/** The checks on an extrinsic, in the order of the 13 extensions. Those not listed here change and refuse nothing. */

import { U64_MAX } from '@neurite/primitives/fixed'
import { outer } from '../frame/outer.ts'
import type { DispatchGuard } from '../frame/pallet.ts'
import {
  combineValidity,
  invalid,
  type TransactionSource,
  TransactionValidityError,
  type ValidTransaction,
} from '../frame/validity.ts'
import type { CheckedExtrinsic } from './checked.ts'
import type { Context } from './context.ts'
import { chargePayment } from './extensions/chargePayment.ts'
import { checkMortality } from './extensions/checkMortality.ts'
import { checkNonce } from './extensions/checkNonce.ts'
import { checkNonZeroSender } from './extensions/checkNonZeroSender.ts'
import type { Extension, SignedExtrinsic } from './extensions/extension.ts'
import { guardExtension } from './extensions/guards.ts'
import { sudoSigner } from './extensions/sudoSigner.ts'
import { BlockMeter } from './limits.ts'

export type Pipeline = readonly Extension[]

export function createPipeline(guards: readonly DispatchGuard[]): Pipeline {
  return [checkNonZeroSender, checkMortality, checkNonce, chargePayment, sudoSigner, guardExtension(guards)]
}

const NOTHING: ValidTransaction = { priority: 0n, requires: [], provides: [], longevity: U64_MAX, propagate: true }

/** @throws TransactionValidityError when the pool must not hold, or a block not include, the extrinsic. */
export function validateChecked(
  ctx: Context,
  pipeline: Pipeline,
  tx: CheckedExtrinsic,
  source: TransactionSource,
): ValidTransaction {
  if (source !== 'InBlock' && tx.info.class === 'Mandatory') throw invalid('MandatoryValidation')
  // An extrinsic that no block can hold is refused even when the pool is asked.
  new BlockMeter().check(tx.info, tx.length)
  if (!isSigned(tx)) {
    if (source === 'InBlock' && tx.info.class === 'Mandatory') return NOTHING
    return validateUnsigned(ctx, tx, source)
  }
  let validity = NOTHING
  for (const extension of pipeline) {
    const part = extension.validate?.(ctx, tx, source)
    if (part) validity = combineValidity(validity, part)
  }
  return validity
}

function validateUnsigned(ctx: Context, { extrinsic }: CheckedExtrinsic, source: TransactionSource): ValidTransaction {
  const pallet = outer().pallets.find(({ name }) => name === extrinsic.call.pallet)
  if (pallet?.validateUnsigned) return pallet.validateUnsigned(ctx, extrinsic.call, source)
  throw new TransactionValidityError({ type: 'Unknown', value: { type: 'NoUnsignedValidator' } })
}

export function isSigned(tx: CheckedExtrinsic): tx is SignedExtrinsic {
  return tx.signer !== undefined
}
