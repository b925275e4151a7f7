/** The folder of a network. What `--fresh` removes must be a network that `neurite up` has made, and nothing else. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NeuriteError } from '@neurite/primitives/errors'

/** Says that the folder is a network's; written before anything else is. */
const MARKER = 'network.json'
/** What the participants of a network leave in its folder, beside the chain and the logs. */
const PARTS = ['data', 'staked.json']

/**
 * Makes the folder a network's.
 * @throws NeuriteError `ForeignFolder` when it holds something else.
 */
export function claimNetworkFolder(path: string): void {
  mkdirSync(path, { recursive: true })
  if (!existsSync(join(path, MARKER))) {
    const other = readdirSync(path)[0]
    if (other !== undefined) {
      throw new NeuriteError('ForeignFolder', `The folder \`${path}\` is not empty and holds no network.`, {
        details: [
          `Found \`${other}\` but no \`${MARKER}\`.`,
          'Choose an empty or a new folder with --base-path; it is made if it is missing.',
        ],
      })
    }
    writeFileSync(join(path, MARKER), `${JSON.stringify({ format: 'neurite-network', version: 1 })}\n`)
  }
}

/** Removes what the participants knew of an earlier chain. The node removes the chain: it knows whether one runs on it. */
export function forgetNetwork(path: string): void {
  for (const part of PARTS) rmSync(join(path, part), { recursive: true, force: true })
}
