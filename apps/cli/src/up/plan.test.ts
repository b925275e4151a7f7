import { expect, test } from 'vitest'
import { createPlan, type PlanOptions } from './plan.ts'

const OPTIONS: PlanOptions = {
  basePath: '/nowhere',
  rpcPort: 9944,
  gatewayPort: 8080,
  minerPort: 8101,
  seed: 1,
  memoriser: false,
}
const qualities = (seed: number, memoriser = false) =>
  createPlan({ ...OPTIONS, seed, memoriser }).miners.map(({ quality }) => quality)

test('the same seed deals the same qualities', () => {
  expect(qualities(1)).toMatchInlineSnapshot(`
    [
      "good",
      "ok",
      "good",
      "ok",
      "bad",
      "bad",
    ]
  `)
  expect(qualities(1)).toEqual(qualities(1))
})

test('seeds deal differently, and every quality is always there twice', () => {
  const deals = new Set<string>()
  for (let seed = 0; seed < 100; seed++) {
    const dealt = qualities(seed)
    deals.add(dealt.join())
    expect([...dealt].sort()).toEqual(['bad', 'bad', 'good', 'good', 'ok', 'ok'])
  }
  // Of the 90 that are possible.
  expect(deals.size).toBeGreaterThan(50)
})

test('the memoriser comes on top', () => {
  expect([...qualities(3, true)].sort()).toEqual(['bad', 'bad', 'good', 'good', 'memoriser', 'ok', 'ok'])
})

test('every participant has a key and a port of its own', () => {
  const { miners, validators } = createPlan(OPTIONS)
  expect(miners.map(({ port }) => port)).toEqual([8101, 8102, 8103, 8104, 8105, 8106])
  expect(new Set([...miners, ...validators].map(({ key }) => key.publicKey)).size).toBe(9)
})
