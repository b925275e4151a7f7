import { expect, test } from 'vitest'
import { COMPAT_425, COMPAT_SDK10, FAST_PROFILE } from '../../../frame/index.ts'
import { createEconomy, startedSubnet } from '../economy.fixture.ts'
import { storage } from '../index.ts'

test.each([
  ['Yuma 3', COMPAT_425, true],
  ['Yuma 2 for clients of spec 393 and before', COMPAT_SDK10, false],
])('a new subnet starts with %s', (_, compat, isOn) => {
  const economy = createEconomy({ ...FAST_PROFILE, compat })
  expect(storage.Yuma3On.get(economy.ctx, { netuid: startedSubnet(economy) })).toBe(isOn)
})
