/** An extrinsic whose signature holds: who sends it, and under which conditions. */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import { type Extra, eraBirth, signingPayload } from '@neurite/primitives/extrinsic'
import { lookup } from '../frame/address.ts'
import { type DispatchInfo, dispatchInfo } from '../frame/dispatchInfo.ts'
import { DispatchError } from '../frame/errors.ts'
import { invalid, TransactionValidityError } from '../frame/validity.ts'
import * as system from '../pallets/system/index.ts'
import { runtimeVersion } from '../pallets/system/version.ts'
import type { Context } from './context.ts'
import type { Extrinsic } from './extrinsic.ts'

export interface CheckedExtrinsic {
  readonly extrinsic: Extrinsic
  /** The signer; undefined for bare extrinsics. */
  readonly signer: AccountId | undefined
  readonly extra: Extra | undefined
  readonly info: DispatchInfo
  /** Encoded length in bytes, prefix included. */
  readonly length: number
}

/** @throws TransactionValidityError when the address, the era's birth block or the signature does not hold. */
export function checkExtrinsic(ctx: Context, extrinsic: Extrinsic): CheckedExtrinsic {
  const { signed } = extrinsic
  const rest = { extrinsic, info: dispatchInfo(extrinsic.call), length: extrinsic.bytes.length }
  if (!signed) return { ...rest, signer: undefined, extra: undefined }

  const signer = signerOf(extrinsic)
  const { extra } = signed
  // The reference checks metadata hashes only in builds that embed one; ours embeds none.
  if (extra.metadataHashMode === 'Enabled')
    throw new TransactionValidityError({ type: 'Unknown', value: { type: 'CannotLookup' } })
  const message = signingPayload(extrinsic.callBytes, signed.extraBytes, {
    specVersion: runtimeVersion().spec_version,
    transactionVersion: runtimeVersion().transaction_version,
    genesisHash: blockHash(ctx, 0n) ?? ctx.parentHash,
    birthHash: birthHash(ctx, extra),
  })
  const { type, value } = signed.signature
  if (!ctx.host.verify(type, value, message, signer)) throw invalid('BadProof')
  return { ...rest, signer, extra }
}

function signerOf(extrinsic: Extrinsic): AccountId {
  try {
    return lookup(extrinsic.signed!.address)
  } catch (error) {
    if (error instanceof DispatchError)
      throw new TransactionValidityError({ type: 'Unknown', value: { type: 'CannotLookup' } })
    throw error
  }
}

function blockHash(ctx: Context, number: bigint): Hash | undefined {
  const key = { number: Number(number) }
  return system.storage.BlockHash.has(ctx, key) ? system.storage.BlockHash.get(ctx, key) : undefined
}

function birthHash(ctx: Context, extra: Extra): Hash {
  const hash = blockHash(ctx, eraBirth(extra.era, ctx.block))
  if (hash === undefined) throw invalid('AncientBirthBlock')
  return hash
}
