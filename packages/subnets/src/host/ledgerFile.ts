/** The validator's memory on disk. A file is replaced as a whole, so a kill at any moment leaves the old or the new. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { emptyLedger, type Ledger, ledgerFromText, ledgerToText, type Subnet } from '@neurite/sdk/mechanism'

export function loadLedger(path: string, { policyHash }: Pick<Subnet, 'policyHash'>): Ledger {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyLedger
    throw error
  }
  return ledgerFromText(text, policyHash)
}

/** Returns when the ledger is on the disk. */
export function saveLedger(path: string, ledger: Ledger, { policyHash }: Pick<Subnet, 'policyHash'>): void {
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.part`
  const file = openSync(unfinished, 'w')
  try {
    writeSync(file, ledgerToText(ledger, policyHash))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}
