/** The runtime: all pallets in one state machine. */

import { Runtime } from './executive/runtime.ts'
import type { RuntimeHost } from './frame/ctx.ts'
import type { AnyPallet } from './frame/pallet.ts'
import type { RuntimeProfile } from './frame/profile.ts'
import adminUtils from './pallets/admin-utils/index.ts'
import alphaAssets from './pallets/alpha-assets/index.ts'
import aura from './pallets/aura/index.ts'
import balances from './pallets/balances/index.ts'
import commitments from './pallets/commitments/index.ts'
import drand from './pallets/drand/index.ts'
import evmChainId from './pallets/evm-chain-id/index.ts'
import grandpa from './pallets/grandpa/index.ts'
import { payInAlpha } from './pallets/subtensor/alphaFees.ts'
import subtensor from './pallets/subtensor/index.ts'
import sudo from './pallets/sudo/index.ts'
import swap from './pallets/swap/index.ts'
import system from './pallets/system/index.ts'
import timestamp from './pallets/timestamp/index.ts'
import transactionPayment, { bindPaymentOptions } from './pallets/transaction-payment/index.ts'
import utility from './pallets/utility/index.ts'

export * from './executive/index.ts'
export * from './frame/index.ts'
export * from './genesis/index.ts'

/** Every pallet of the chain. */
export const PALLETS: readonly AnyPallet[] = [
  system,
  timestamp,
  aura,
  grandpa,
  balances,
  transactionPayment,
  subtensor,
  utility,
  sudo,
  commitments,
  adminUtils,
  evmChainId,
  drand,
  swap,
  alphaAssets,
]

export interface CreateRuntimeOptions {
  readonly profile: RuntimeProfile
  readonly host: RuntimeHost
  /** Hash of the runtime's code, written to `:code` at genesis for clients to see. */
  readonly codeHash?: Uint8Array | undefined
}

export function createRuntime({ profile, host, codeHash }: CreateRuntimeOptions): Runtime {
  bindPaymentOptions({ payInAlpha })
  return new Runtime({ pallets: PALLETS, profile, host, codeHash })
}
