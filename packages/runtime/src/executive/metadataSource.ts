/** Gathers what the metadata is made of. */
import { accountId, type Codec, once, unit } from '@neurite/primitives/scale'
import type { ApiSet } from '../frame/api.ts'
import type { Ctx } from '../frame/ctx.ts'
import { outer } from '../frame/outer.ts'
import type { AnyPallet } from '../frame/pallet.ts'
import type { MetadataSource } from '../metadata/encode.ts'
import { extrinsicTypes } from './extrinsic.ts'

/** The type that must have number 0. */
export const accountIdType: Codec<unknown> = accountId

const runtimeType: Codec<unknown> = {
  ...unit,
  typeName: 'Runtime',
  type: once(() => ({ path: 'node_subtensor_runtime::Runtime', def: { kind: 'composite', fields: [] } })),
}

export function metadataSource(pallets: readonly AnyPallet[], apis: readonly ApiSet[], ctx: Ctx): MetadataSource {
  const enums = outer()
  return {
    pallets,
    apis,
    palletCall: enums.palletCall,
    palletEvent: enums.palletEvent,
    palletError: enums.palletError,
    outerCall: enums.call,
    outerEvent: enums.event,
    outerError: enums.error,
    runtimeType,
    extrinsic: extrinsicTypes,
    ctx,
  }
}
