import { encodeAddress } from '@neurite/primitives/ss58'
import { expect, test } from 'vitest'
import { BURN_ACCOUNT, subnetAccount, subnetOfAccount, ZERO_ACCOUNT } from './accounts.ts'

test('the accounts are those the reference lists', () => {
  expect(encodeAddress(subnetAccount(1))).toBe('5EYCAe5jLQhn6ofDSvqWqk5fA9XiqK3ahtx5kBNmAqF78mqL')
  expect(encodeAddress(BURN_ACCOUNT)).toBe('5EYCAe5fvqwE4eNE7ddxEfasPGZe11e6SWKvos7FUXP2LUrp')
})

test('a subnet is found back from its account', () => {
  for (const netuid of [0, 1, 255, 256, 4095, 65_535]) expect(subnetOfAccount(subnetAccount(netuid))).toBe(netuid)
  expect(subnetOfAccount(BURN_ACCOUNT)).toBeUndefined()
  expect(subnetOfAccount(ZERO_ACCOUNT)).toBeUndefined()
})
