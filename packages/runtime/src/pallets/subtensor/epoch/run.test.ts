import { expect, test } from 'vitest'
import { storage } from '../index.ts'
import { threeNeurons } from '../weights/weights.fixture.ts'

test('after an epoch the bonds list every neuron, those that hold none too', () => {
  const net = threeNeurons()
  const { ctx } = net.chain
  const listed = () => [...storage.Bonds.entries(ctx, { index: net.netuid })].map(([{ uid }]) => uid).sort()
  expect(listed()).toEqual([])
  net.economy.blocks(storage.Tempo.get(ctx, { netuid: net.netuid }) + 1)
  expect(listed()).toEqual([0, 1, 2])
})
