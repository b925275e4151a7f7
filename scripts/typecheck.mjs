#!/usr/bin/env node
// Type-checks every workspace (or those named on the command line) with its own tsconfig, then what belongs to none:
// `conformance`, `e2e` and `scripts`, named `tests`.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { workspaces } from './build.mjs'
import { root } from './paths.mjs'

const wanted = process.argv.slice(2)
const projects = [...workspaces().map((folder) => [basename(folder), folder]), ['tests', root]]
const known = projects.map(([name]) => name)
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`No workspace \`${unknown.join(', ')}\`. Expected some of: ${known.join(', ')}.`)
  process.exit(2)
}
let failed = 0
for (const [name, folder] of projects) {
  if (!existsSync(join(folder, 'tsconfig.json'))) continue
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const result = spawnSync('npx', ['--no-install', 'tsc', '-p', join(folder, 'tsconfig.json')], { stdio: 'inherit' })
  console.log(`${result.status === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  if (result.status !== 0) failed++
}
process.exit(failed === 0 ? 0 : 1)
