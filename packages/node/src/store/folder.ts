/** The folder of a store: is it ours, and is it free? One process at a time may have it. */
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { NeuriteError } from '@neurite/primitives/errors'

const MARKER = 'store.json'
const LOCK = 'LOCK'
const FORMAT = { format: 'neurite-chain-store', version: 3 }

/** Folders this process has open. */
const claimed = new Set<string>()

/**
 * Takes the folder for this process and makes it a store if it is empty; the function that gives it back.
 * @param options.anyVersion takes a store of an older or newer format too: to remove it.
 * @throws NeuriteError `StoreInUse`, `ForeignFolder`.
 */
export function claimFolder(folder: string, { anyVersion = false } = {}): () => void {
  const path = resolve(folder)
  mkdirSync(path, { recursive: true })
  checkMarker(path, anyVersion)
  takeLock(path)
  if (!existsSync(join(path, MARKER))) {
    writeFileSync(join(path, `${MARKER}.new`), `${JSON.stringify(FORMAT)}\n`)
    renameSync(join(path, `${MARKER}.new`), join(path, MARKER))
  }
  let released = false
  return () => {
    if (released) return
    released = true
    claimed.delete(path)
    rmSync(join(path, LOCK), { force: true })
  }
}

function checkMarker(path: string, anyVersion: boolean): void {
  const others = readdirSync(path).filter((name) => name !== LOCK && !name.startsWith(`${LOCK}.`))
  if (!others.includes(MARKER)) {
    if (others.every((name) => name === `${MARKER}.new`)) return
    throw new NeuriteError('ForeignFolder', `The folder \`${path}\` holds other files than a chain store.`, {
      details: [`Found \`${others[0]}\` but no \`${MARKER}\`.`, 'Choose an empty folder as base path.'],
    })
  }
  let found: unknown
  try {
    found = JSON.parse(readFileSync(join(path, MARKER), 'utf8'))
  } catch (cause) {
    throw new NeuriteError('CorruptStore', `The file \`${join(path, MARKER)}\` is not readable.`, { cause })
  }
  const { format, version } = found as Partial<typeof FORMAT>
  if (format === FORMAT.format && (anyVersion || version === FORMAT.version)) return
  throw new NeuriteError('ForeignFolder', `The folder \`${path}\` holds a store of another format.`, {
    details: [
      `Found \`${format} ${version}\`, expected \`${FORMAT.format} ${FORMAT.version}\`.`,
      'Choose another base path, or let the node start anew with `--fresh`.',
    ],
  })
}

interface Owner {
  readonly pid: number
  /** When the process started, so that a number used again is told from the process that held the lock. */
  readonly started: string
  readonly host: string
}

/** Start time in clock ticks since boot, with the boot's id; empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the command in parentheses and may hold blanks.
    const started = fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${started}`
  } catch {
    return ''
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === startOf(pid)
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch {
    // Gone, or cut short by a crash while it was written.
    return undefined
  }
}

function inUse(path: string, owner: Owner | undefined): NeuriteError<'StoreInUse'> {
  return new NeuriteError('StoreInUse', `The chain store in \`${path}\` is in use.`, {
    details: [
      owner === undefined ? 'Another process is opening it.' : `Process ${owner.pid} on ${owner.host} has it open.`,
      'Stop that node, or give this one another base path.',
    ],
  })
}

function takeLock(path: string): void {
  const lock = join(path, LOCK)
  const self: Owner = { pid: process.pid, started: startOf(process.pid), host: hostname() }
  if (claimed.has(path)) throw inUse(path, self)
  if (!tryLock(lock, self)) {
    const owner = readOwner(lock)
    if (owner !== undefined && isAlive(owner)) throw inUse(path, owner)
    // Left by a process that is gone. Renaming is atomic: of two processes that get here only one moves it away, and
    // one that moved a fresh lock by mistake puts it back.
    const aside = `${lock}.${process.pid}`
    try {
      renameSync(lock, aside)
    } catch {
      throw inUse(path, undefined)
    }
    const moved = readOwner(aside)
    const wrong = moved !== undefined && isAlive(moved)
    if (wrong) linkSync(aside, lock)
    rmSync(aside, { force: true })
    if (wrong || !tryLock(lock, self)) throw inUse(path, moved)
  }
  claimed.add(path)
}

function tryLock(lock: string, owner: Owner): boolean {
  let file: number
  try {
    file = openSync(lock, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  writeSync(file, JSON.stringify(owner))
  closeSync(file)
  return true
}
