/** Bonds in storage, outside of epochs. subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs do_reset_bonds */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { resetBonds as resetRows } from '../../../yuma/index.ts'
import { mechanismIndices } from '../registration/uids.ts'
import { storage } from '../storage/index.ts'
import { readRows, writeBonds } from './rows.ts'

/** Removes all bonds toward the hotkey, on every mechanism of the subnet, if the subnet allows it. */
export function resetBonds(ctx: Ctx, netuid: number, hotkey: AccountId): void {
  if (!storage.BondsResetOn.get(ctx, { netuid })) return
  const uid = storage.Uids.get(ctx, { netuid, hotkey })
  if (uid === undefined) return
  const n = storage.SubnetworkN.get(ctx, { netuid })
  for (const index of mechanismIndices(ctx, netuid)) {
    const bonds = readRows(ctx, storage.Bonds, index, n)
    writeBonds(ctx, index, bonds, resetRows(bonds, uid))
  }
}
