#!/usr/bin/env node
// `npm start`: installs and builds what is missing, then brings the whole network up.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { root } from './paths.mjs'

ensureInstalled('run')
const { build } = await import('./build.mjs')
await build()

const child = spawn(process.execPath, [join(root, 'bin', 'neurite.mjs'), 'up', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// The child gets Ctrl-C from the terminal itself and stops the network; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))
