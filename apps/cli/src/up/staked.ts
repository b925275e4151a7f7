/** Alpha that the validators bought at the beginning, kept beside the chain: what they hold beyond it they earned. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccountId } from '@neurite/primitives/bytes'

/** Alpha-rao by hotkey. */
export type Staked = ReadonlyMap<AccountId, bigint>

const fileIn = (basePath: string): string => join(basePath, 'staked.json')

export function writeStaked(basePath: string, staked: Staked): void {
  const amounts = Object.fromEntries([...staked].map(([hotkey, amount]) => [hotkey, amount.toString()]))
  writeFileSync(fileIn(basePath), `${JSON.stringify(amounts, undefined, 2)}\n`)
}

/** Empty when the network was not made by `neurite up`: then all alpha counts as earned. */
export function readStaked(basePath: string): Staked {
  if (!existsSync(fileIn(basePath))) return new Map()
  const amounts: Record<string, string> = JSON.parse(readFileSync(fileIn(basePath), 'utf8'))
  return new Map(Object.entries(amounts).map(([hotkey, amount]) => [hotkey as AccountId, BigInt(amount)]))
}
