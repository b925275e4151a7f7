/** What `neurite explain` prints, against a real chain. */
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSubnet, type TestSubnet } from '../../../../packages/sdk/src/explain/subnet.fixture.ts'
import { explain } from './index.ts'

let subnet: TestSubnet
beforeAll(async () => {
  subnet = await startTestSubnet()
  const { chain, netuid, epoch, weigh, sudo, validators, owner } = subnet
  const { tx } = chain
  await sudo(
    tx.AdminUtils.sudo_set_immunity_period({ netuid, immunity_period: 1 }),
    tx.AdminUtils.sudo_set_min_allowed_uids({ netuid, min_allowed_uids: 1 }),
    tx.AdminUtils.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 6 }),
    tx.AdminUtils.sudo_set_min_non_immune_uids({ netuid, min: 0 }),
  )
  await epoch()
  await weigh(owner, [[0, 65_535]])
  await weigh(validators[0]!, [[4, 65_535]])
  await weigh(validators[1]!, [
    [4, 65_535],
    [5, 30_000],
  ]) // prettier-ignore
  await weigh(validators[2]!, [
    [3, 20_000],
    [4, 16_384],
    [5, 65_535],
  ]) // prettier-ignore
  await epoch()
}, 60_000)
afterAll(() => subnet.stop())

const text = async (options: { uid?: number; json?: boolean }): Promise<string> =>
  stripVTControlCharacters(
    await explain({ netuid: subnet.netuid, uid: undefined, chain: subnet.url, mecid: 0, ...options }),
  )

test('the subnet: a line for each neuron, what did not count, and how to read it', async () => {
  const printed = await text({})
  if (process.env.SHOW) console.log(printed)
  expect(printed).toMatch(/^Epoch of subnet \d+ in block \d+/)
  expect(printed.match(/^│ +\d │/gm)?.length).toBe(6)
  expect(printed).toContain('uid 3 on uid 3: it is on the validator itself, which only the subnet owner may do.')
  expect(printed).toMatch(/│ +5 │ miner, unpaid .*│ next +│/)
})

test('one neuron: sentences, then the numbers behind them', async () => {
  for (const uid of [3, 4, 5]) if (process.env.SHOW) console.log(await text({ uid }))
  const printed = await text({ uid: 3 })
  expect(printed).toContain('  • uid 3 earned ')
  expect(printed).toContain('Weights of uid 3')
  expect(printed).toMatch(/│ +3 │ 20000 │ +– │ +– │ +– │ on itself │/)
  expect(printed).toMatch(/│ +5 │ 65535 │ 80\.00 % │ +– │ 80\.00 % │/)
  expect(await text({ uid: 5 })).toContain('uid 5 is the next to be pruned.')
})

test('JSON has all of it', async () => {
  const told = JSON.parse(await text({ json: true }))
  expect(told.neurons.length).toBe(6)
  expect(told.emission).toMatch(/^\d+$/)
})

test('nobody there, or no such subnet: one sentence', async () => {
  await expect(explain({ netuid: 99, uid: undefined, chain: subnet.url, mecid: 0 })).rejects.toThrow(
    'There is no subnet 99',
  )
})
