import { describe, expect, test } from 'vitest'
import { names, testAccount } from '../../../testing/harness.ts'
import * as balances from '../../balances/index.ts'
import { subnetAccount } from '../accounts.ts'
import { ALICE_HOT, BOB, BOB_HOT, CAROL_HOT, createEconomy, startedSubnet, TAO } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'

const POOR = testAccount(80)

function open() {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  storage.MaxBurn.set(economy.ctx, { netuid }, 1_000n * TAO)
  storage.Burn.set(economy.ctx, { netuid }, TAO)
  balances.deposit(economy.ctx, POOR, TAO)
  return { chain: economy.chain, netuid }
}

describe('a registration', () => {
  test('is refused in the order clients see', () => {
    const { chain, netuid } = open()
    const { ctx } = chain
    const fails = (on: number, hotkey: `0x${string}`, limit_price = 0n, who = POOR) =>
      [
        calls.burned_register({ netuid: on, hotkey }),
        calls.register({ netuid: on, block_number: 0n, nonce: 0n, work: new Uint8Array(), hotkey, coldkey: who }),
        calls.register_limit({ netuid: on, hotkey, limit_price }),
      ].map((call) => chain.error(who, call)?.split('.')[1])
    const all = (name: string | undefined) => [name, name, name]
    storage.NetworkRegistrationAllowed.set(ctx, { netuid }, false)
    expect(fails(0, ALICE_HOT)).toEqual(all('RegistrationNotPermittedOnRootSubnet'))
    expect(fails(77, ALICE_HOT)).toEqual(all('SubnetNotExists'))
    const [plain, , limited] = fails(netuid, ALICE_HOT, TAO - 1n)
    expect([plain, limited]).toEqual(['SubNetRegistrationDisabled', 'RegistrationPriceLimitExceeded'])
    expect(fails(netuid, ALICE_HOT, TAO)).toEqual(all('SubNetRegistrationDisabled'))
    storage.NetworkRegistrationAllowed.set(ctx, { netuid }, true)
    expect(fails(netuid, ALICE_HOT, TAO)).toEqual(all('HotKeyAlreadyRegisteredInSubNet'))
    storage.Burn.set(ctx, { netuid }, TAO + 1n)
    expect(fails(netuid, subnetAccount(netuid), 2n * TAO)).toEqual(all('NotEnoughBalanceToStake'))
    expect(fails(netuid, subnetAccount(netuid), 2n * TAO, BOB)).toEqual(all('CannotUseSystemAccount'))
    storage.Owner.set(ctx, { hotkey: BOB_HOT }, POOR)
    storage.MaxAllowedUids.set(ctx, { netuid }, 0)
    expect(fails(netuid, BOB_HOT, 2n * TAO, BOB)).toEqual(all('NonAssociatedColdKey'))
    expect(fails(netuid, CAROL_HOT, 2n * TAO, BOB)).toEqual(all('NoNeuronIdAvailable'))
    // Full, and all that are there are the owner's.
    storage.MaxAllowedUids.set(ctx, { netuid }, 1)
    expect(fails(netuid, CAROL_HOT, 2n * TAO, BOB)).toEqual(all('NoNeuronIdAvailable'))
  })

  test('says what was paid for registrations so far, and who has which place', () => {
    const { chain, netuid } = open()
    const before = storage.RAORecycledForRegistration.get(chain.ctx, { netuid })
    const events = chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
    const own = events.filter(({ pallet }) => pallet === 'SubtensorModule')
    expect(own.map(({ name, data }) => [name, data])).toEqual([
      ['RAORecycledForRegistrationSet', [netuid, before + TAO]],
      ['NeuronRegistered', [netuid, 1, BOB_HOT]],
    ])
  })
})

test('a new subnet says what it starts with, in the order of the reference', () => {
  const { chain } = open()
  const events = chain.run(BOB, calls.register_network({ hotkey: BOB_HOT }))
  expect(names(events.filter(({ pallet }) => pallet === 'SubtensorModule')).map((name) => name.split('.')[1])).toEqual([
    'RegistrationAllowed',
    'MaxAllowedUidsSet',
    'MaxAllowedValidatorsSet',
    'MinAllowedWeightSet',
    'ImmunityPeriodSet',
    'SubnetOwnerHotkeySet',
    'NetworkAdded',
  ])
})
