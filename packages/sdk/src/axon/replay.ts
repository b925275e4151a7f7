/**
 * Memory of the nonces that were accepted, so that no request is accepted twice.
 *
 * A caller is a hotkey and the uuid of its dendrite; its nonces must rise. A first contact is judged by its age instead,
 * so an entry may be forgotten once any nonce it knew would be too old.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NeuriteError } from '@neurite/primitives/errors'

export interface ReplayStore {
  /** The newest nonce accepted from `caller`; undefined on first contact. */
  last(caller: string): bigint | undefined
  /**
   * Takes in `nonce`, unless one as new is known: then false. Checking and taking in are one step, because the
   * signature may have been verified elsewhere while a copy of the request arrived.
   */
  accept(caller: string, nonce: bigint): boolean
}

export interface ReplayOptions {
  /** Seconds for which an entry is kept. Must exceed twice the oldest acceptable request. @default 1300 */
  readonly retentionSeconds?: number
  /** Most callers remembered at once; more are refused until old ones expire. @default 200 000 */
  readonly maxCallers?: number
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

export const DEFAULT_RETENTION_SECONDS = 1_300
const DEFAULT_MAX_CALLERS = 200_000

interface Entry {
  readonly nonce: bigint
  readonly seenAt: number
}

/** A store in memory, forgotten with the process. */
export function createReplayStore(options: ReplayOptions = {}): ReplayStore {
  return memoryStore(options).store
}

function memoryStore(options: ReplayOptions): { store: ReplayStore; entries: Map<string, Entry> } {
  const retention = (options.retentionSeconds ?? DEFAULT_RETENTION_SECONDS) * 1_000
  const maxCallers = options.maxCallers ?? DEFAULT_MAX_CALLERS
  const now = options.now ?? Date.now
  // Re-inserted at every use, so the order of the map is that of `seenAt`.
  const entries = new Map<string, Entry>()

  function forgetExpired(time: number): void {
    for (const [caller, { seenAt }] of entries) {
      if (seenAt + retention > time) return
      entries.delete(caller)
    }
  }

  const store: ReplayStore = {
    last: (caller) => entries.get(caller)?.nonce,
    accept(caller, nonce) {
      const known = entries.get(caller)
      if (known !== undefined && nonce <= known.nonce) return false
      const time = now()
      forgetExpired(time)
      if (!entries.delete(caller) && entries.size >= maxCallers) {
        throw new NeuriteError('TooManyCallers', `More than \`${maxCallers}\` callers are remembered.`, {
          details: ['Refuse unknown hotkeys in `blacklist`, or raise `maxCallers`.'],
        })
      }
      entries.set(caller, { nonce, seenAt: time })
      return true
    },
  }
  return { store, entries }
}

export interface ReplayFile extends ReplayStore {
  /** Writes what is pending and lets go of the file. */
  close(): Promise<void>
}

const line = (caller: string, nonce: bigint): string => `${nonce} ${JSON.stringify(caller)}\n`

function parseLine(text: string): [caller: string, nonce: bigint] | undefined {
  const match = /^([0-9]{1,20}) (".*")$/.exec(text)
  if (match === null) return undefined
  try {
    return [JSON.parse(match[2]!) as string, BigInt(match[1]!)]
  } catch {
    return undefined
  }
}

/**
 * A store that outlives the process: every accepted nonce is appended to the file `path`, which is read at the next
 * start. Handed to the system at once, so nothing is lost with the process; a power cut may lose the last second.
 */
export async function openReplayFile(path: string, options: ReplayOptions = {}): Promise<ReplayFile> {
  const { store, entries } = memoryStore(options)
  await mkdir(dirname(path), { recursive: true })
  const text = await readFile(path, 'utf8').catch(() => '')
  for (const one of text.split('\n')) {
    // The last line may be torn. Whatever cannot be read is passed over.
    const parsed = parseLine(one)
    if (parsed !== undefined) store.accept(...parsed)
  }
  // Rewritten with one line a caller, or it would grow for ever.
  await writeFile(`${path}.tmp`, [...entries].map(([caller, { nonce }]) => line(caller, nonce)).join(''), {
    mode: 0o600,
  })
  await rename(`${path}.tmp`, path)
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  return {
    last: store.last,
    accept(caller, nonce) {
      const accepted = store.accept(caller, nonce)
      if (accepted) stream.write(line(caller, nonce))
      return accepted
    },
    close: () =>
      new Promise((resolve, reject) => {
        stream.once('error', reject)
        stream.end(resolve)
      }),
  }
}
