/** Where a base path holds its chain, and how that is removed. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { claimFolder } from '../store/folder.ts'

/** The folder of the chain, laid out as `node-subtensor` does. */
export function chainFolder(basePath: string): string {
  return join(basePath, 'chains', 'bittensor', 'db')
}

/**
 * Removes the chain; whether there was one.
 * @throws NeuriteError `StoreInUse` while a node has it open, `ForeignFolder` when the folder holds something else.
 */
export function removeChain(basePath: string): boolean {
  const folder = chainFolder(basePath)
  if (!existsSync(folder)) return false
  const release = claimFolder(folder, { anyVersion: true })
  // The lock goes last: until then no node can start on what is left.
  for (const name of readdirSync(folder)) if (name !== 'LOCK') rmSync(join(folder, name), { recursive: true })
  release()
  rmSync(folder, { recursive: true, force: true })
  return true
}
