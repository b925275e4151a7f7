import { describe, expect, it } from 'vitest'
import { addressOf, type RuntimeCall } from '../../frame/index.ts'
import { names, TestChain, testAccount } from '../../testing/harness.ts'
import balances, { calls as balancesCalls, freeBalance } from '../balances/index.ts'
import system, { calls as systemCalls } from '../system/index.ts'
import sudo, { calls, storage } from './index.ts'

const [key, other, third] = [testAccount(1), testAccount(2), testAccount(3)]
const weight = { ref_time: 5n, proof_size: 6n }
const setBalance = balancesCalls.force_set_balance({ who: addressOf(third), new_free: 700n })
const failing = balancesCalls.transfer_keep_alive({ dest: addressOf(third), value: 1n })

function chainWith(): TestChain {
  const chain = new TestChain([system, balances, sudo])
  storage.Key.set(chain.ctx, key)
  return chain
}

describe('sudo', () => {
  it('runs a call as root, free of charge', () => {
    const chain = chainWith()
    const outcome = chain.dispatch({ type: 'Signed', who: key }, calls.sudo({ call: setBalance }))
    expect(outcome).toMatchObject({ ok: true, pays: 'No' })
    expect(freeBalance(chain.ctx, third)).toBe(700n)
    expect(chain.ctx.events.at(-1)!.event).toEqual({
      pallet: 'Sudo',
      name: 'Sudid',
      data: { sudo_result: { ok: true, value: undefined } },
    })
  })

  it('succeeds when the call fails, and says so in the event', () => {
    const chain = chainWith()
    const [event] = chain.run(key, calls.sudo({ call: failing }))
    expect(event!.data).toEqual({ sudo_result: { ok: false, error: { type: 'BadOrigin' } } })
  })

  it('takes a weight instead of the declared one', () => {
    const chain = chainWith()
    chain.run(key, calls.sudo_unchecked_weight({ call: setBalance, weight }))
    expect(freeBalance(chain.ctx, third)).toBe(700n)
    const declared = calls.sudo_unchecked_weight.spec.weight as (args: unknown) => unknown
    expect(declared({ call: setBalance, weight })).toEqual({ refTime: 5n, proofSize: 6n })
  })

  it('has the class of the call', () => {
    chainWith()
    const classOf = calls.sudo.spec.class as (args: { call: RuntimeCall }) => string
    expect(classOf({ call: systemCalls.set_storage({ items: [] }) })).toBe('Operational')
    expect(classOf({ call: setBalance })).toBe('Normal')
  })
})

describe('sudo_as', () => {
  it('runs a call as another account', () => {
    const chain = chainWith()
    chain.run('root', balancesCalls.force_set_balance({ who: addressOf(other), new_free: 5000n }))
    const move = balancesCalls.transfer_keep_alive({ dest: addressOf(third), value: 1000n })
    const events = chain.run(key, calls.sudo_as({ who: addressOf(other), call: move }))
    expect(names(events).at(-1)).toBe('Sudo.SudoAsDone')
    expect(freeBalance(chain.ctx, third)).toBe(1000n)
  })

  it('succeeds when the call fails', () => {
    const chain = chainWith()
    const [event] = chain.run(key, calls.sudo_as({ who: addressOf(other), call: failing }))
    expect(event!.data).toMatchObject({ sudo_result: { ok: false } })
  })
})

describe('the key', () => {
  it('can be handed over', () => {
    const chain = chainWith()
    const [event] = chain.run(key, calls.set_key({ new: addressOf(other) }))
    expect(event!.data).toEqual({ old: key, new: other })
    expect(chain.error(key, calls.sudo({ call: setBalance }))).toBe('Sudo.RequireSudo')
    chain.run(other, calls.sudo({ call: setBalance }))
  })

  it('can be given up; root remains', () => {
    const chain = chainWith()
    expect(names(chain.run(key, calls.remove_key({})))).toEqual(['Sudo.KeyRemoved'])
    expect(chain.error(key, calls.sudo({ call: setBalance }))).toBe('Sudo.RequireSudo')
    chain.run('root', calls.set_key({ new: addressOf(key) }))
    expect(storage.Key.get(chain.ctx)).toBe(key)
  })

  it.each<[string, RuntimeCall]>([
    ['sudo', calls.sudo({ call: setBalance })],
    ['sudo_unchecked_weight', calls.sudo_unchecked_weight({ call: setBalance, weight })],
    ['set_key', calls.set_key({ new: addressOf(other) })],
    ['sudo_as', calls.sudo_as({ who: addressOf(other), call: failing })],
    ['remove_key', calls.remove_key({})],
  ])('is required for %s', (_name, call) => {
    expect(chainWith().error(other, call)).toBe('Sudo.RequireSudo')
    expect(chainWith().dispatch({ type: 'None' }, call)).toMatchObject({ ok: false, code: 'Sudo.RequireSudo' })
  })
})
