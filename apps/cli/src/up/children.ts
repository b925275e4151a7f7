/** The network's processes: started, read line by line, and all ended together. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { NeuriteError } from '@neurite/primitives/errors'

const root = new URL('../../../../', import.meta.url)
/** Ends a process when this one is gone, however it went. */
const WITH_PARENT = new URL('apps/cli/dist/up/withParent.js', root).href
/** Milliseconds that a process gets to end by itself. */
const PATIENCE_MS = 3_000
/** Last lines that are kept of each process, to be shown when it ends unasked. */
const KEPT_LINES = 6

/** Path of a built program of the repository. */
export function program(path: string): string {
  return fileURLToPath(new URL(path, root))
}

export interface ChildSpec {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly logFile: string
  /** Told of each line on standard output that is a JSON object. */
  readonly onMessage?: (message: any) => void
}

interface Running {
  readonly process: ChildProcess
  readonly log: WriteStream
  readonly ended: Promise<void>
}

/** A process that ended and should not have. */
export interface Crash {
  readonly name: string
  readonly logFile: string
  /** Its last lines. */
  readonly lines: readonly string[]
}

export class Children {
  private readonly running = new Set<Running>()
  private stopping = false
  private readonly onCrash: (crash: Crash) => void

  constructor(onCrash: (crash: Crash) => void) {
    this.onCrash = onCrash
  }

  /** Number of processes that have not ended. */
  get count(): number {
    return this.running.size
  }

  start(spec: ChildSpec): void {
    mkdirSync(dirname(spec.logFile), { recursive: true })
    const log = createWriteStream(spec.logFile, { flags: 'a' })
    // Standard input stays open as long as this process lives: a child that sees it end knows that it is alone.
    const child = spawn(process.execPath, ['--import', WITH_PARENT, spec.program, ...spec.args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const lines: string[] = []
    const keep = (line: string): void => {
      log.write(`${line}\n`)
      lines.push(line)
      if (lines.length > KEPT_LINES) lines.shift()
    }
    createInterface({ input: child.stderr! }).on('line', keep)
    createInterface({ input: child.stdout! }).on('line', (line) => {
      keep(line)
      const message = parseMessage(line)
      if (message) spec.onMessage?.(message)
    })
    const ended = new Promise<void>((resolve) => {
      // `close`, not `exit`: its last words have been read then.
      const end = (how: string): void => {
        if (!this.running.delete(entry)) return
        // It has ended when its log is on the disk: whoever waits for the end may read it. A log that cannot be written
        // must not keep the others from ending.
        log.once('error', () => resolve())
        log.end(`--- ended with ${how}\n`, () => resolve())
        if (!this.stopping) this.onCrash({ name: spec.name, logFile: spec.logFile, lines })
      }
      child.once('error', (error) => end(error.message))
      child.once('close', (code, signal) => end(signal ?? `code ${code}`))
    })
    // A child that is gone does not read; that is told by its end.
    child.stdin!.on('error', () => {})
    const entry: Running = { process: child, log, ended }
    this.running.add(entry)
  }

  /** Starts a process and waits until it says `{"type":"ready"}`. */
  startReady(spec: ChildSpec, timeoutMs: number): Promise<any> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new NeuriteError('NotReady', `${spec.name} was not ready within ${timeoutMs / 1000} s.`, {
            details: [`Its log: ${spec.logFile}`],
          }),
        )
      }, timeoutMs)
      this.start({
        ...spec,
        onMessage: (message) => {
          if (message.type === 'ready') {
            clearTimeout(timer)
            resolve(message)
          }
          spec.onMessage?.(message)
        },
      })
    })
  }

  /** Ends all processes: those that are asked and do not go are killed. */
  async stop(patienceMs = PATIENCE_MS): Promise<void> {
    this.stopping = true
    const all = [...this.running]
    for (const { process: child } of all.reverse()) child.kill('SIGTERM')
    const timer = setTimeout(() => {
      for (const { process: child } of this.running) child.kill('SIGKILL')
    }, patienceMs)
    await Promise.all(all.map(({ ended }) => ended))
    clearTimeout(timer)
  }
}

function parseMessage(line: string): any {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
