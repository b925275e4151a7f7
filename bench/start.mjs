// From the start of the program to its first JSON-RPC answer, beside an empty Node.js and beside Anvil.
import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ended, freePort, root } from './lib.mjs'

/** Milliseconds until `file` with `args` answers `method` on `port`. */
async function timeToAnswer(file, args, port, method) {
  const started = performance.now()
  const child = spawn(file, args, { stdio: 'ignore' })
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`${file} ended with code ${child.exitCode}`)
      if (await answers(port, body)) return performance.now() - started
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  } finally {
    await ended(child)
  }
}

function answers(port, body) {
  return new Promise((resolve) => {
    const call = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-type': 'application/json' } })
    call.on('error', () => resolve(false))
    call.on('response', (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text.includes('"result"')))
    })
    call.end(body)
  })
}

function timeToEnd(file, args) {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    spawn(file, args, { stdio: 'ignore' })
      .on('error', reject)
      .on('exit', () => resolve(performance.now() - started))
  })
}

/** Anvil's binary for this platform; undefined where npm has none. */
function anvilBinary() {
  try {
    const name = `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
    const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`))
    return join(folder, 'bin', 'anvil')
  } catch {
    return undefined
  }
}

/** Milliseconds. */
export async function measureStart() {
  const port = await freePort()
  const node = await timeToAnswer(
    process.execPath,
    [join(root, 'bin/neurite.mjs'), 'node', '--dev', '--rpc-port', String(port), '--no-prometheus'],
    port,
    'system_health',
  )
  const empty = await timeToEnd(process.execPath, ['-e', '0'])
  const binary = anvilBinary()
  const anvilPort = await freePort()
  const anvil =
    binary === undefined
      ? undefined
      : await timeToAnswer(binary, ['--port', String(anvilPort), '--silent'], anvilPort, 'eth_chainId')
  return { node, empty, anvil }
}
