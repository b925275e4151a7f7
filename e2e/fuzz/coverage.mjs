#!/usr/bin/env node
// Branches of the decoders that the fuzzers and the tests beside them reach; fails below 95 in a hundred.
//
//   node e2e/fuzz/coverage.mjs
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../scripts/paths.mjs'

const DECODERS = [
  'packages/primitives/src/scale/*.ts',
  'packages/primitives/src/extrinsic/*.ts',
  'packages/runtime/src/executive/{extrinsic,checked}.ts',
  'packages/node/src/rpc/{decode,params}.ts',
  'packages/sdk/src/synapse/*.ts',
  'packages/sdk/src/axon/{verify,body}.ts',
]
const TESTS = [
  'e2e/fuzz',
  'packages/primitives/src/scale',
  'packages/primitives/src/extrinsic',
  'packages/node/src/rpc',
  'packages/sdk/src/axon',
  'packages/sdk/src/synapse',
]

const folder = mkdtempSync(join(tmpdir(), 'neurite-coverage-'))
const child = spawn(
  'npx',
  [
    'vitest',
    'run',
    ...TESTS,
    '--coverage.enabled',
    '--coverage.provider=v8',
    '--coverage.reporter=text',
    `--coverage.reportsDirectory=${folder}`,
    '--coverage.thresholds.branches=95',
    '--coverage.exclude=**/*.test.ts',
    ...DECODERS.map((files) => `--coverage.include=${files}`),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEURITE_FUZZ_CASES: process.env.NEURITE_FUZZ_CASES ?? '20000' },
  },
)
child.on('exit', (code) => {
  rmSync(folder, { recursive: true, force: true })
  process.exitCode = code ?? 1
})
