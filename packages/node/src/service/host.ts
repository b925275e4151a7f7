/**
 * Signature checks for the runtime. An extrinsic is checked when it is submitted, when it is validated again and when
 * a block includes it; the same good signature is computed once. Bad ones are not remembered: they are not asked for
 * again, and must not push good ones out.
 */
import { type AccountId, bytesToByteString, hexToBytes } from '@neurite/primitives/bytes'
import type { RuntimeHost, TimelockHost } from '@neurite/runtime/frame'
import { type SignatureVerifier, type SignedItem, verifyNative } from '../verify/index.ts'

type Scheme = Parameters<RuntimeHost['verify']>[0]

export interface CachingHost extends RuntimeHost {
  /** As `verify`, on the verifier's threads when many are waiting; a good signature is remembered. */
  verifyAhead(scheme: Scheme, signature: Uint8Array, message: Uint8Array, who: AccountId): boolean | Promise<boolean>
  readonly remembered: number
}

export interface HostOptions {
  /** Good signatures remembered. */
  readonly capacity?: number
  /** Checks made on this thread in one turn of the event loop, while the verifier's threads have nothing to do. */
  readonly inline?: number
  readonly verifier?: SignatureVerifier
  /** Accept the mock signature for every account: for development chains only. */
  readonly acceptMock?: boolean
  /** Remembers work with pulses that was done before the block. */
  readonly timelock?: TimelockHost
}

/** 0xdeadbeef and then only 0xcd: what Chopsticks takes as a signature of anybody. */
function isMockSignature(signature: Uint8Array): boolean {
  const [a, b, c, d] = signature
  return a === 0xde && b === 0xad && c === 0xbe && d === 0xef && signature.subarray(4).every((byte) => byte === 0xcd)
}

const SCHEMES = { Ed25519: 'ed25519', Sr25519: 'sr25519', Ecdsa: 'ecdsa' } as const

export function createHost(options: HostOptions = {}): CachingHost {
  const capacity = options.capacity ?? 32_768
  const inline = options.inline ?? 1
  const good = new Set<string>()
  let inlineThisTurn = 0

  const keyOf = (scheme: Scheme, signature: Uint8Array, message: Uint8Array, who: AccountId) =>
    `${scheme}${who}${bytesToByteString(signature)}${bytesToByteString(message)}`

  function remember(key: string): void {
    if (good.size >= capacity) {
      // The oldest quarter: they are in blocks by now.
      let left = capacity >> 2
      for (const old of good) {
        if (left-- === 0) break
        good.delete(old)
      }
    }
    good.add(key)
  }

  function verify(scheme: Scheme, signature: Uint8Array, message: Uint8Array, who: AccountId): boolean {
    const key = keyOf(scheme, signature, message, who)
    if (good.has(key) || (options.acceptMock === true && isMockSignature(signature))) return true
    const holds = verifyNative(SCHEMES[scheme], signature, message, hexToBytes(who))
    if (holds) remember(key)
    return holds
  }

  return {
    get remembered() {
      return good.size
    },
    verify,
    ...(options.timelock && { timelock: options.timelock }),
    verifyAhead(scheme, signature, message, who) {
      const { verifier } = options
      // A thread costs a start and a round trip: not worth it for a few.
      if (
        options.acceptMock === true ||
        verifier === undefined ||
        (inlineThisTurn < inline && verifier.pending === 0)
      ) {
        if (inlineThisTurn++ === 0) setImmediate(() => (inlineThisTurn = 0))
        return verify(scheme, signature, message, who)
      }
      const item: SignedItem = { scheme: SCHEMES[scheme], signature, message, publicKey: hexToBytes(who) }
      return verifier.verifyOne(item).then((holds) => {
        if (holds) remember(keyOf(scheme, signature, message, who))
        return holds
      })
    },
  }
}
