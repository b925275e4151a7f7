/** Which runtime this is, and whether a base path belongs to it. */
import { existsSync, readFileSync } from 'node:fs'
import { bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { type Migration, migrationPath } from '@neurite/runtime/migrations'
import type { ChainStore } from '../store/index.ts'

/** Written by the build. The same path from the sources and from what is built. */
const FILE = new URL('../../../runtime/dist/code-hash.json', import.meta.url)

/** Fact of the store that names the runtime whose state it holds. */
export const RUNTIME_FACT = 'runtime'

/** Hash of the runtime's built code. */
export function readCodeHash(): Uint8Array {
  if (!existsSync(FILE)) {
    throw new NeuriteError('NotBuilt', 'The runtime is not built, so its hash is not known.', {
      details: ['Run `npm run build` first; `npm start` and `npm test` do it themselves.'],
    })
  }
  return hexToBytes(JSON.parse(readFileSync(FILE, 'utf8')).sha256)
}

/**
 * Migrations that the store's state needs before this runtime can go on with it; none when it is this runtime's.
 * @throws NeuriteError `OtherRuntime` when the list of migrations does not lead from that runtime to this one.
 */
export function migrationsFor(store: ChainStore, codeHash: Uint8Array): readonly Migration[] {
  const fact = store.meta(RUNTIME_FACT)
  const found: Hash | 'unknown' = fact === undefined ? 'unknown' : bytesToHex(fact)
  const wanted = bytesToHex(codeHash)
  const path = found === 'unknown' ? undefined : migrationPath(found, wanted)
  if (path) return path
  throw new NeuriteError(
    'OtherRuntime',
    'The base path holds the state of another runtime, which cannot be migrated.',
    {
      details: [
        `Its runtime is \`${found}\`, this one is \`${wanted}\`.`,
        'Run the release that made it, use another --base-path, or --fresh to start over.',
      ],
    },
  )
}
