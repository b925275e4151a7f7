/** Changes of parameters by root and by subnet owners. Storage prefix `AdminUtils`. */
import { errors, events, P, storage } from './declare.ts'
import { globalCalls } from './globalParameters.ts'
import { otherCalls } from './otherCalls.ts'
import type { ParameterInfo } from './parameter.ts'
import { subnetCalls } from './subnetParameters.ts'

export { ensureUidsOverMechanisms, MECHANISM_LIMIT, setEmissionSplit, setMechanismCount } from './mechanisms.ts'
export type { Bounds, ParameterInfo } from './parameter.ts'
export { trimToMaxAllowedUids } from './trimNeurons.ts'
export { errors, events, storage }

export const calls = { ...subnetCalls, ...globalCalls, ...otherCalls }

/** Every parameter that a call of this pallet sets, by the call's name. */
export const parameters: Readonly<Record<string, ParameterInfo>> = Object.fromEntries(
  Object.entries({ ...subnetCalls, ...globalCalls }).map(([name, { parameter }]) => [name, parameter]),
)

export default P.build({ storage, errors, events, calls })
