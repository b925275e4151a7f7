/** `neurite weights set` against a real chain. */
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSubnet, type TestSubnet } from '../../../../packages/sdk/src/explain/subnet.fixture.ts'
import { setWeights } from './index.ts'

let subnet: TestSubnet
beforeAll(async () => {
  subnet = await startTestSubnet()
  await subnet.epoch()
}, 60_000)
afterAll(() => subnet.stop())

type Weights = readonly (readonly [number, number])[]
async function run(weights: Weights, options: object = {}): Promise<{ code: number; text: string }> {
  const lines: string[] = []
  const command = { netuid: subnet.netuid, weights, chain: subnet.url, mecid: 0, versionKey: 0 }
  const code = await setWeights({ ...command, suri: '//Bob//validator//1', ...options }, (line) => lines.push(line))
  return { code, text: stripVTControlCharacters(lines.join('\n')) }
}

test('a yes, with every rule and every step on the way', async () => {
  let done = false
  const work = run([[4, 1]]).finally(() => {
    done = true
  })
  while (!done) {
    for (let i = 0; i < 20; i++) await subnet.chain.connection.request('system_name')
    await subnet.block()
  }
  const { code, text } = await work
  expect(code).toBe(0)
  expect(text).toContain('  ✓ It holds a validator permit.')
  expect(text).toMatch(
    /\nThe weights are on chain since block \d+\.\nYour weights counted in the epoch of block \d+: uid 1 /,
  )
})

test('a check alone sends nothing', async () => {
  const { code, text } = await run([[9, 1]], { check: true })
  expect(code).toBe(2)
  expect(text).toContain('  ✗ There is no uid 9; the subnet has uids 0 to 5. (UidVecContainInvalidOne)')
  expect((await run([[4, 1]], { check: true, json: true })).code).toBe(0)
})

test('what a rule forbids, as JSON', async () => {
  const { code, text } = await run([[9, 1]], { json: true })
  expect(code).toBe(2)
  expect(JSON.parse(text)).toMatchObject({ counted: false, stage: 'preflight', metrics: { sent: 0 } })
})
