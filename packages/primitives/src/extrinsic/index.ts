/** Extrinsics as bytes: addresses, signatures, eras, the signed payload. */
export * from './address.ts'
export { type Era, eraBirth, eraCodec, eraDeath, IMMORTAL, mortalEra } from './era.ts'
export * from './format.ts'
