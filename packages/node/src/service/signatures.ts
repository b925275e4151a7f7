/** Checks the signature of a submitted extrinsic before the pool validates it, so that this can happen on threads. */
import type { Hash } from '@neurite/primitives/bytes'
import { eraBirth, signingPayload } from '@neurite/primitives/extrinsic'
import { lookup } from '@neurite/runtime/frame'
import type { Chain } from './chain.ts'
import type { CachingHost } from './host.ts'

/**
 * False only when the signature certainly does not hold. Whatever cannot be judged here (bare extrinsics, bytes that
 * do not decode, eras whose birth block is unknown) is left to validation, which finds the right words for it.
 */
export function checkSignature(chain: Chain, host: CachingHost, bytes: Uint8Array): boolean | Promise<boolean> {
  let extrinsic: ReturnType<Chain['runtime']['decodeExtrinsic']>
  try {
    extrinsic = chain.runtime.decodeExtrinsic(bytes)
  } catch {
    return true
  }
  const { signed } = extrinsic
  if (signed === undefined || signed.address.type !== 'Id') return true
  const birth = Number(eraBirth(signed.extra.era, BigInt(chain.best.number) + 1n))
  const birthHash: Hash | undefined = chain.hashOf(birth)
  if (birthHash === undefined) return true
  const { specVersion, transactionVersion } = chain.runtime.versionJson
  const message = signingPayload(extrinsic.callBytes, signed.extraBytes, {
    specVersion,
    transactionVersion,
    genesisHash: chain.genesisHash,
    birthHash,
  })
  return host.verifyAhead(signed.signature.type, signed.signature.value, message, lookup(signed.address))
}
