import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex } from '@neurite/primitives/bytes'
import { CODE_KEY } from '@neurite/runtime/pallets/system'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLmdbStore } from '../store/index.ts'
import { chainFolder } from './chainFolder.ts'
import { migrationsFor, RUNTIME_FACT, readCodeHash } from './codeHash.ts'
import { connect, startTestNode } from './node.fixture.ts'

let basePath: string
beforeEach(() => {
  basePath = mkdtempSync(join(tmpdir(), 'neurite-code-'))
})
afterEach(() => rmSync(basePath, { recursive: true, force: true }))

const OTHER = new Uint8Array(32).fill(7)

/** A base path as another runtime leaves it. */
async function leaveToOtherRuntime(): Promise<void> {
  const node = await startTestNode({ basePath })
  await node.stop()
  const store = openLmdbStore(chainFolder(basePath), { statePruning: 'archive', blocksPruning: 'archive' })
  await store.setMeta(RUNTIME_FACT, OTHER)
  await store.close()
}

test('behavior: the hash of the runtime is the code that clients see', async () => {
  const node = await startTestNode()
  const client = await connect(node)
  expect(await client.call('state_getStorage', '0x3a636f6465')).toBe(bytesToHex(readCodeHash()))
  expect(node.chain.stateAt(node.chain.best).reader.get(CODE_KEY)).toEqual(readCodeHash())
  client.close()
  await node.stop()
})

test('behavior: a base path of another runtime is refused, and the message says what to do', async () => {
  await leaveToOtherRuntime()
  await expect(startTestNode({ basePath })).rejects.toMatchObject({
    code: 'OtherRuntime',
    message: expect.stringMatching(
      /cannot be migrated\.\nIts runtime is `0x0707.*`, this one is `0x.*`\.\nRun the release.*--fresh to start over\./s,
    ),
  })
})

test('behavior: --fresh starts over', async () => {
  await leaveToOtherRuntime()
  const node = await startTestNode({ basePath, fresh: true })
  expect(node.chain.best.number).toBe(0)
  await node.stop()
})

test('behavior: the runtime that made it goes on', async () => {
  const first = await startTestNode({ basePath })
  const client = await connect(first)
  await client.call('engine_createBlock', true, true)
  client.close()
  await first.stop()
  const second = await startTestNode({ basePath })
  expect(second.chain.best.number).toBe(1)
  expect(migrationsFor(second.chain.store, readCodeHash())).toEqual([])
  await second.stop()
})
