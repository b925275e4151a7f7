#!/usr/bin/env node
// `npm test`: installs and builds what is missing, then runs all tests (or those named: `npm test -- trie`).
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { root } from './paths.mjs'

ensureInstalled('dev')
const { build } = await import('./build.mjs')
await build()

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const result = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exit(result.status ?? 1)
