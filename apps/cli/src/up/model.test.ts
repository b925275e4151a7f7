import { devKeypair } from '@neurite/primitives/keyring'
import { expect, test } from 'vitest'
import { partOf } from './model.ts'
import { createPlan } from './plan.ts'

const plan = createPlan({ basePath: '/', rpcPort: 1, gatewayPort: 2, minerPort: 3, seed: 1, memoriser: false })

test('everybody of the plan has a name, and a neuron that somebody else registers is a guest, not the owner', () => {
  expect(partOf(plan, plan.miners[0]!.key.publicKey)).toEqual({ who: 'miner 1', role: plan.miners[0]!.quality })
  expect(partOf(plan, plan.validators[2]!.key.publicKey)).toEqual({ who: 'validator 3', role: 'validator' })
  expect(partOf(plan, plan.ownerHotkey.publicKey)).toEqual({ who: 'owner', role: 'owner' })
  expect(partOf(plan, devKeypair('Dave').publicKey)).toEqual({ who: '5DAAnrj7VH…', role: 'guest' })
})
