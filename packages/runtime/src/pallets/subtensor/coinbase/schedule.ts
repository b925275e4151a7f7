/** Whether an epoch may run at all. */
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

/** A subnet whose places name one hotkey twice must not run: its results could not be assigned. */
export function hasConsistentKeys(ctx: Ctx, netuid: number): boolean {
  const seen = new Set<string>()
  for (const [, hotkey] of storage.Keys.entries(ctx, { netuid })) {
    if (seen.has(hotkey)) return false
    seen.add(hotkey)
  }
  return true
}
