/** What `neurite explain` prints, against a real chain. */
import { createColors } from 'picocolors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSubnet, type TestSubnet } from '../../../../packages/sdk/src/explain/subnet.fixture.ts'
import { explain, pageOf } from './index.ts'

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

const PLAIN = createColors(false)
const text = (options: { uid?: number; json?: boolean; width?: number }): Promise<string> => {
  const { width = 120, ...rest } = options
  const command = { netuid: subnet.netuid, uid: undefined, chain: subnet.url, mecid: 0, ...rest }
  return explain(command, { width, colours: PLAIN })
}
const longest = (printed: string): number => Math.max(...printed.split('\n').map((line) => line.length))

test('the subnet: what was shared out, a line for each neuron, what did not count, and how to read it', async () => {
  const printed = await text({})
  expect(printed).toMatch(/^Epoch of subnet \d+ in block \d+/)
  expect(printed).toMatch(/ {2}• [\d.]+ α were shared out: [\d.]+ α to 1 of its miners by incentive, /)
  expect(printed.match(/^ +\d {2}\w.*(owner|next|\d of \d)$/gm)?.length).toBe(6)
  expect(printed).toContain('uid 3 on uid 3: it is on the validator itself, which only the subnet owner may do.')
  expect(printed).toMatch(/^ +5 {2}unpaid .* next$/m)
  for (const column of ['vote', 'weights', 'trust', 'agreed', 'incentive', 'dividends', 'earned', 'opinion', 'pruning'])
    expect(printed).toMatch(new RegExp(`^  ${column} +\\w`, 'm'))
})

test.each([80, 100, 120])('fits %i columns; what has no room is named', async (width) => {
  const printed = await text({ width })
  expect(longest(printed)).toBeLessThanOrEqual(width)
  const hasRoom = printed.includes('  trust ')
  expect(/Too narrow for: .*trust/.test(printed)).toBe(!hasRoom)
  expect(hasRoom).toBe(width === 120)
  for (const uid of [0, 3, 4, 5]) expect(longest(await text({ uid, width }))).toBeLessThanOrEqual(width)
})

test('one neuron: sentences, then the numbers behind them', async () => {
  const printed = await text({ uid: 3 })
  expect(printed).toContain('  • uid 3 earned ')
  expect(printed).toContain('Weights of uid 3')
  expect(printed).toMatch(/^ +3 +20000 +– +– +– {2}on itself$/m)
  expect(printed).toMatch(/^ +5 +65535 +80\.00 % +– +80\.00 %$/m)
  expect(await text({ uid: 5 })).toContain('uid 5 is the next to be pruned.')
})

test('colours are for terminals only, and only if they are wanted', () => {
  const colouredFor = (isTTY: boolean, env: NodeJS.ProcessEnv = {}) => pageOf({ isTTY }, env).colours.bold('x') !== 'x'
  expect([colouredFor(true), colouredFor(false), colouredFor(true, { NO_COLOR: '1' })]).toEqual([true, false, false])
  expect(pageOf({ isTTY: true, columns: 83 }, { COLUMNS: '70' }).width).toBe(83)
  expect(pageOf({}, { COLUMNS: '70' }).width).toBe(70)
  expect(pageOf({ isTTY: true, columns: 0 }, {}).width).toBe(120)
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
