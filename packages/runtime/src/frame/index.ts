/** The pallet DSL: everything that a pallet's declaration needs. */

export { U64_MAX } from '@neurite/primitives/fixed'
export { addressCodec, addressOf, lookup, type MultiAddress, type MultiSignature, signatureCodec } from './address.ts'
export { type ApiArgs, type ApiMethod, type ApiSet, api, apis } from './api.ts'
export { type ArgsOf, type CallDef, type CallSpec, call, type PostInfo, type RuntimeCall } from './call.ts'
export { CellCache } from './cellCache.ts'
export { Constant, constant } from './constant.ts'
export type { Ctx, DispatchOutcome, Observation, RuntimeHost, SignatureScheme, TimelockHost } from './ctx.ts'
export { type Derived, derive } from './derive.ts'
export { type DispatchInfo, dispatchInfo } from './dispatchInfo.ts'
export * from './errors.ts'
export { type EventDef, event, eventAt, eventOf, type RuntimeEvent } from './event.ts'
export { type DigestItem, digestCodec, digestItem, type Header, headerCodec, headerHash } from './header.ts'
export { blake2_128Concat, identity, type KeyPart, twox64Concat } from './keyParts.ts'
export * from './origin.ts'
export { outer, runtimeCall, runtimeEvent } from './outer.ts'
export { Overlay, type OverlayCounters } from './overlay.ts'
export {
  type AnyPallet,
  type DispatchGuard,
  type GuardFailure,
  type Hooks,
  type PalletId,
  type PalletParts,
  pallet,
  type UnsignedValidator,
} from './pallet.ts'
export type { Place } from './place.ts'
export * from './profile.ts'
export type { Slot } from './slot.ts'
export type { StateChanges, StateReader } from './state.ts'
export {
  type KeyOf,
  map,
  StorageItem,
  StorageMap,
  StorageValue,
  twox128Key,
  value,
} from './storage.ts'
export * from './validity.ts'
export * from './weight.ts'
