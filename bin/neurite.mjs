#!/usr/bin/env node
// `npx neurite …` works once the project is built, as `npm start` and `npm test` do by themselves.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const built = (path) => fileURLToPath(new URL(path, import.meta.url))

if (!existsSync(built('../apps/cli/dist/main.js'))) {
  const { ensureInstalled } = await import('../scripts/install.mjs')
  ensureInstalled('run')
  const { build } = await import('../scripts/build.mjs')
  await build()
}

const [command, ...rest] = process.argv.slice(2)
if (command === 'node') {
  // Straight to the node: it must answer within half a second of its start.
  process.argv.splice(2, process.argv.length, ...rest)
  await import('../packages/node/dist/bin/node.js')
} else {
  await import('../apps/cli/dist/main.js')
}
