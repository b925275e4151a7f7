/** A few rounds of `kill.mjs`; the full CI runs 200. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const runs = Number(process.env['NEURITE_KILL_RUNS'] ?? 5)

test(`behavior: killed ${runs} times under load, the node loses no final block`, {
  timeout: 60_000 + runs * 10_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'kill.mjs')], {
    env: { ...process.env, NEURITE_KILL_RUNS: String(runs) },
  })
  expect(stdout).toContain(`${runs} kills: `)
})
