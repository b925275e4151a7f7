/** What is left after the process dies at any moment of a commit. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesToHex } from '@neurite/primitives/bytes'
import { expect, test } from 'vitest'
import { openLmdbStore } from './index.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const writer = join(root, 'packages/node/dist/store/crashWriter.fixture.js')
/** Kills in one test run; more with NEURITE_CRASH_RUNS. */
const runs = Number(process.env['NEURITE_CRASH_RUNS'] ?? 20)

/** Lets the writer finish `blocks` blocks, kills it `delay` ms later; the last block it called durable. */
function writeAndKill(folder: string, seed: number, blocks: number, delay: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, folder, String(seed), seed % 2 === 0 ? 'overlap' : ''], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    let killing = false
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (killing || output.split('\n').length <= blocks) return
      killing = true
      setTimeout(() => child.kill('SIGKILL'), delay)
    })
    child.on('close', (_code, signal) => {
      // The last line may be cut short by the kill; only whole lines count as said.
      const said = output.split('\n').slice(0, -1).map(Number)
      if (signal === 'SIGKILL') resolve(said.at(-1) ?? -1)
      else reject(Object.assign(new Error(`the writer ended by itself:\n${errors}`)))
    })
  })
}

test(`behavior: killed ${runs} times, the store comes back whole each time`, {
  timeout: 60_000 + runs * 3000,
}, async () => {
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')])
  expect(built.status).toBe(0)
  const folder = mkdtempSync(join(tmpdir(), 'neurite-crash-'))
  try {
    for (let run = 0; run < runs; run++) {
      const announced = await writeAndKill(folder, run + 1, 1 + (run % 5), (run * 7) % 23)
      const store = openLmdbStore(folder, { statePruning: 8, blocksPruning: 8 })
      const { number, hash } = store.head()!
      expect(number, `run ${run}`).toBeGreaterThanOrEqual(announced)
      const header = store.header(hash)!
      expect(bytesToHex(header.subarray(36, 68))).toBe(store.recomputeRoot())
      expect(store.prepareRoot(new Map()).root).toBe(store.recomputeRoot())
      expect(store.body(number)).toHaveLength(1)
      expect(store.header(number + 1)).toBeUndefined()
      // The kept past is whole too: going back checks the root of the block gone back to.
      if (run % 4 === 3) await store.revertTo(store.oldestState())
      expect(bytesToHex(store.header('head')!.subarray(36, 68))).toBe(store.recomputeRoot())
      await store.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
