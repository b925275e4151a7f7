/** What a call declares of itself before it runs. */

import { declarationError } from '@neurite/primitives/scale'
import type { RuntimeCall } from './call.ts'
import { outer } from './outer.ts'
import { type DispatchClass, type Pays, type Weight, weight } from './weight.ts'

export interface DispatchInfo {
  readonly weight: Weight
  readonly class: DispatchClass
  readonly pays: Pays
}

/** Weight of a call that declares none: 10 microseconds. */
const UNDECLARED = weight(10_000_000n)

export function dispatchInfo(call: RuntimeCall): DispatchInfo {
  const def = outer().findCall(call)
  if (!def) throw declarationError(`No call ${call.pallet}.${call.name}.`)
  const { spec } = def
  return {
    weight: (typeof spec.weight === 'function' ? spec.weight(call.args) : spec.weight) ?? UNDECLARED,
    class: (typeof spec.class === 'function' ? spec.class(call.args) : spec.class) ?? 'Normal',
    pays: (typeof spec.pays === 'function' ? spec.pays(call.args) : spec.pays) ?? 'Yes',
  }
}
