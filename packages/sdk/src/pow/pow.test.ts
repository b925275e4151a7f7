import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createSealer, meetsDifficulty } from '@neurite/primitives/pow'
import { beforeAll, expect, test } from 'vitest'
import { findWork, searchRange } from './index.ts'

const TASK = { blockHash: `0x${'ab'.repeat(32)}`, who: `0x${'cd'.repeat(32)}`, difficulty: 2_000n } as const
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'ignore' })
}, 60_000)

test('one thread finds the first nonce of a range that meets the difficulty', () => {
  const solution = searchRange(TASK, { from: 0n, count: 100_000 })
  expect(solution).toBeDefined()
  expect(meetsDifficulty(createSealer(TASK.blockHash, TASK.who)(solution!.nonce), TASK.difficulty)).toBe(true)
  expect(searchRange(TASK, { from: 0n, count: Number(solution!.nonce) })).toBeUndefined()
})

test('several threads find a nonce that meets the difficulty', async () => {
  const { nonce, seal } = await findWork(TASK, { threads: 2 })
  expect(Buffer.from(seal)).toEqual(Buffer.from(createSealer(TASK.blockHash, TASK.who)(nonce)))
  expect(meetsDifficulty(seal, TASK.difficulty)).toBe(true)
})

test('a search can be stopped', async () => {
  const controller = new AbortController()
  const search = findWork({ ...TASK, difficulty: 1n << 255n }, { threads: 1, signal: controller.signal })
  controller.abort()
  await expect(search).rejects.toMatchObject({ code: 'SearchStopped' })
})
