#!/usr/bin/env node
// Runs a Python script against a fresh node: run.mjs <python> <script>. The node ends with the script.
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const [python, script] = process.argv.slice(2)
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
  [program, '--dev', '--block-time', '250ms', '--rpc-port', String(port), '--no-prometheus'],
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
const result = spawnSync(python, [script, `ws://127.0.0.1:${port}`], { stdio: 'inherit', timeout: 300_000 })
if (result.status !== 0) console.log(`--- the node's last lines\n${output.split('\n').slice(-25).join('\n')}`)
node.removeAllListeners('exit')
node.kill('SIGKILL')
process.exit(result.status ?? 1)
