#!/usr/bin/env node
// Runs a Python script against a fresh node: run.mjs <python> <script> [flags of the node]. The node ends with the script.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const [python, script, ...flags] = process.argv.slice(2)
if (script === undefined) throw new Error('Usage: run.mjs <python> <script> [flags of the node]')
const { build } = await import('../../scripts/build.mjs')
await build()

const port = await new Promise((resolve) => {
  const server = createServer()
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})
const program = fileURLToPath(new URL('../../packages/node/dist/bin/node.js', import.meta.url))
const node = spawn(
  process.execPath,
  [program, '--dev', '--block-time', '250ms', '--rpc-port', String(port), '--no-prometheus', ...flags],
  {
    stdio: ['ignore', 'pipe', 'pipe'],
  },
)
let output = ''
await new Promise((resolve, reject) => {
  const onData = (chunk) => {
    output += chunk
    if (/Imported #1\b/.test(output)) resolve()
  }
  node.stdout.on('data', onData)
  node.stderr.on('data', onData)
  node.once('exit', (code) => reject(new Error(`The node ended with code ${code}:\n${output}`)))
})
// Not waited for synchronously: the node's output must go on being read. A group of its own, which ends as a whole: the
// scripts start miners and validators, and these must not outlive a script that was stopped.
const checks = spawn(python, [script, `ws://127.0.0.1:${port}`], { stdio: 'inherit', timeout: 300_000, detached: true })
function end(code) {
  try {
    process.kill(-checks.pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
  node.removeAllListeners('exit')
  node.kill('SIGKILL')
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end(1))
const [code] = await once(checks, 'exit')
if (code !== 0) console.log(`--- the node's last lines\n${output.split('\n').slice(-25).join('\n')}`)
end(code ?? 1)
