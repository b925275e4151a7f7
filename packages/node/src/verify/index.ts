/** Signature verification off the main thread. */
export type { SignedItem } from './batch.ts'
export { assertNativeSecp256k1, hasNativeSecp256k1, verifyNative } from './native.ts'
export { createVerifier, type SignatureVerifier, type VerifierOptions } from './pool.ts'
export { hasQuickSr25519 } from './sr25519.ts'
