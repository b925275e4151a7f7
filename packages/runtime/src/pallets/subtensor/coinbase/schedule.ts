/** Whether an epoch may run at all. */
import { type Ctx, derive } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

const hotkeysDiffer = derive(storage.Keys, (entries) => {
  const seen = new Set<string>()
  for (const [, hotkey] of entries) {
    if (seen.has(hotkey)) return false
    seen.add(hotkey)
  }
  return true
})

/** A subnet whose places name one hotkey twice must not run: its results could not be assigned. */
export function hasConsistentKeys(ctx: Ctx, netuid: number): boolean {
  return hotkeysDiffer.get(ctx, { netuid })
}
