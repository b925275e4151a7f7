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
// The child ends the network at the first signal, whether it comes from the terminal or only to this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))
