#!/usr/bin/env node
// Type-checks every workspace (or those named on the command line) with its own tsconfig.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { workspaces } from './build.mjs'

const wanted = process.argv.slice(2)
const known = workspaces().map((workspace) => basename(workspace))
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`No workspace \`${unknown.join(', ')}\`. Expected some of: ${known.join(', ')}.`)
  process.exit(2)
}
let failed = 0
for (const workspace of workspaces()) {
  if (!existsSync(join(workspace, 'tsconfig.json'))) continue
  if (wanted.length > 0 && !wanted.includes(basename(workspace))) continue
  const result = spawnSync('npx', ['--no-install', 'tsc', '-p', join(workspace, 'tsconfig.json')], { stdio: 'inherit' })
  console.log(`${result.status === 0 ? 'ok  ' : 'FAIL'} ${basename(workspace)}`)
  if (result.status !== 0) failed++
}
process.exit(failed === 0 ? 0 : 1)
