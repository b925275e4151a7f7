/** The network's processes: started, read line by line, and all ended together. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { NeuriteError } from '@neurite/primitives/errors'

const root = new URL('../../../../', import.meta.url)
/** Milliseconds that a process gets to end by itself. */
const PATIENCE_MS = 3_000

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
  readonly spec: ChildSpec
  readonly process: ChildProcess
  readonly log: WriteStream
  readonly ended: Promise<void>
}

export class Children {
  private readonly running = new Set<Running>()
  private stopping = false
  /** Told when a process ends that should not have. */
  private readonly onCrash: (name: string, logFile: string) => void

  constructor(onCrash: (name: string, logFile: string) => void) {
    this.onCrash = onCrash
  }

  start(spec: ChildSpec): void {
    mkdirSync(dirname(spec.logFile), { recursive: true })
    const log = createWriteStream(spec.logFile, { flags: 'a' })
    // Standard input stays open as long as this process lives: a child that sees it end knows that it is alone.
    const child = spawn(process.execPath, [spec.program, ...spec.args], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stderr!.on('data', (chunk) => log.write(chunk))
    createInterface({ input: child.stdout! }).on('line', (line) => {
      log.write(`${line}\n`)
      const message = parseMessage(line)
      if (message) spec.onMessage?.(message)
    })
    const entry: Running = {
      spec,
      process: child,
      log,
      ended: new Promise((resolve) => {
        child.once('error', () => resolve())
        child.once('exit', (code, signal) => {
          log.end(`--- ended with ${signal ?? `code ${code}`}\n`)
          this.running.delete(entry)
          if (!this.stopping) this.onCrash(spec.name, spec.logFile)
          resolve()
        })
      }),
    }
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

  /** Ends all processes: those that are asked and do not go are killed. The first started go last. */
  async stop(): Promise<void> {
    this.stopping = true
    for (const { process: child } of [...this.running].reverse()) child.kill('SIGTERM')
    const timer = setTimeout(() => {
      for (const { process: child } of this.running) child.kill('SIGKILL')
    }, PATIENCE_MS)
    await Promise.all([...this.running].map(({ ended }) => ended))
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
