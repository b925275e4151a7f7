/** A node as a process of its own, for tests from outside. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'

const PROGRAM = join(import.meta.dirname, '..', 'packages', 'node', 'dist', 'bin', 'node.js')

export interface RunningNode {
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Resolves when the node has made its first block since the start. Build first: `npm test` does. */
export async function startNodeProgram(args: readonly string[], onPort?: number): Promise<RunningNode> {
  const port = onPort ?? (await freePort())
  const child = spawn(process.execPath, [PROGRAM, ...args, '--rpc-port', String(port), '--no-prometheus'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      output += chunk.toString()
      if (/Imported #\d/.test(output)) resolve()
    }
    child.stdout!.on('data', onData)
    child.stderr!.on('data', onData)
    child.once('exit', (code) => reject(new Error(`The node ended with code ${code}:\n${output}`)))
  })
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    process: child,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}
