/** Signatures. Everything is synchronous; the WebAssembly behind sr25519 is ready once this module has loaded. */
export {
  type EcdsaRecover,
  ecdsaAccount,
  ecdsaPublicKey,
  ecdsaRecover,
  ecdsaSign,
  ecdsaVerify,
  ethereumAddress,
  recoveryIdOf,
} from './ecdsa.ts'
export { ed25519PublicKey, ed25519Sign, ed25519Verify } from './ed25519.ts'
export {
  type Sr25519Pair,
  sr25519Derive,
  sr25519DerivePublic,
  sr25519PairFromSeed,
  sr25519PublicKey,
  sr25519SecretFromCanonical,
  sr25519SecretToCanonical,
  sr25519Sign,
  sr25519Verify,
} from './sr25519.ts'
export { SIGNATURE_LENGTHS, SIGNATURE_SCHEMES, type SignatureScheme, type Verify, verify } from './verify.ts'
