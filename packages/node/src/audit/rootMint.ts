/** Money that root makes knowingly: developers fund accounts so, and it is no unsoundness of the chain. */
import type { Chain } from '../service/index.ts'

/** Whether a block holds a call of the Sudo pallet that sets a balance, on its own or within a batch. */
export function rootSetsBalances({ runtime }: Chain, extrinsics: readonly Uint8Array[]): boolean {
  return extrinsics.some((bytes) => {
    const { call } = runtime.decodeExtrinsic(bytes)
    return call.pallet === 'Sudo' && setsBalance(call.args)
  })
}

/** Looks through the arguments of a call for calls. */
function setsBalance(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false
  const { pallet, name } = value as { pallet?: unknown; name?: unknown }
  if (pallet === 'Balances' && name === 'force_set_balance') return true
  return Object.values(value).some(setsBalance)
}
