/** The pallets that the executive itself calls. */
export * as aura from '../pallets/aura/index.ts'
export * as system from '../pallets/system/index.ts'
export * as timestamp from '../pallets/timestamp/index.ts'
