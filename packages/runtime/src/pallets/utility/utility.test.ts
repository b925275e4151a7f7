import { describe, expect, it } from 'vitest'
import { addressOf, dispatchInfo, type RuntimeCall, signedBy } from '../../frame/index.ts'
import { names, TestChain, testAccount } from '../../testing/harness.ts'
import balances, { calls as balancesCalls, freeBalance } from '../balances/index.ts'
import system, { calls as systemCalls } from '../system/index.ts'
import utility, { calls, derivativeAccount } from './index.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const send = (value: bigint) => balancesCalls.transfer_keep_alive({ dest: addressOf(bob), value })
const tooMuch = send(10_000n)
const rootOnly = balancesCalls.force_set_balance({ who: addressOf(bob), new_free: 900n })
const weight = { ref_time: 5n, proof_size: 6n }

function chainWith(): TestChain {
  const chain = new TestChain([system, balances, utility])
  balances.genesis!(chain.ctx, { balances: [[alice, 10_000n]] })
  chain.ctx.events.length = 0
  return chain
}

/** Names of the Utility events only. */
const own = (events: Parameters<typeof names>[0]) =>
  names(events)
    .filter((name) => name.startsWith('Utility.'))
    .map((name) => name.slice('Utility.'.length))

describe('batch', () => {
  it('runs all calls', () => {
    const chain = chainWith()
    expect(own(chain.run(alice, calls.batch({ calls: [send(600n), send(1n)] })))).toEqual([
      'ItemCompleted',
      'ItemCompleted',
      'BatchCompleted',
    ])
    expect(freeBalance(chain.ctx, bob)).toBe(601n)
  })

  it('stops at a failure, keeps what went before, and succeeds', () => {
    const chain = chainWith()
    const events = chain.run(alice, calls.batch({ calls: [send(600n), tooMuch, send(1n)] }))
    expect(own(events)).toEqual(['ItemCompleted', 'BatchInterrupted'])
    expect(events.at(-1)!.data).toMatchObject({ index: 1 })
    expect(freeBalance(chain.ctx, bob)).toBe(600n)
  })

  it('reports the weight of what ran', () => {
    const chain = chainWith()
    const call = calls.batch({ calls: [tooMuch, send(1n)] })
    const outcome = chain.dispatch(signedBy(alice), call)
    const declared = dispatchInfo(call).weight.refTime
    // The second call and its share of the batch did not run.
    expect(outcome.actualWeight!.refTime).toBe(declared - dispatchInfo(send(1n)).weight.refTime - 5_450_264n)
  })

  it('is free only if all its calls are', () => {
    chainWith()
    expect(dispatchInfo(calls.batch({ calls: [] })).pays).toBe('No')
    expect(dispatchInfo(calls.batch({ calls: [send(1n)] })).pays).toBe('Yes')
  })
})

describe('batch_all', () => {
  it('runs all calls or none', () => {
    const chain = chainWith()
    expect(own(chain.run(alice, calls.batch_all({ calls: [send(600n), send(1n)] }))).at(-1)).toBe('BatchCompleted')
    const outcome = chain.dispatch(signedBy(alice), calls.batch_all({ calls: [send(5n), tooMuch] }))
    expect(outcome).toMatchObject({ ok: false, code: 'Token.FundsUnavailable' })
    expect(outcome.actualWeight).toBeDefined()
    expect(freeBalance(chain.ctx, bob)).toBe(601n)
  })
})

describe('force_batch', () => {
  it('runs all calls, failed ones or not', () => {
    const chain = chainWith()
    expect(own(chain.run(alice, calls.force_batch({ calls: [send(600n), tooMuch, send(1n)] })))).toEqual([
      'ItemCompleted',
      'ItemFailed',
      'ItemCompleted',
      'BatchCompletedWithErrors',
    ])
    expect(freeBalance(chain.ctx, bob)).toBe(601n)
    expect(own(chain.run(alice, calls.force_batch({ calls: [] })))).toEqual(['BatchCompleted'])
  })
})

describe.each(['batch', 'batch_all', 'force_batch'] as const)('any %s', (name) => {
  it('has a greatest length, and no place for unsigned senders', () => {
    const chain = chainWith()
    const remark = systemCalls.remark({ remark: new Uint8Array() })
    const long = calls[name]({ calls: Array.from({ length: 10_923 }, () => remark) })
    expect(chain.error(alice, long)).toBe('Utility.TooManyCalls')
    expect(chain.dispatch({ type: 'None' }, calls[name]({ calls: [] }))).toMatchObject({ code: 'BadOrigin' })
  })

  it('contains no batches, except for root', () => {
    const chain = chainWith()
    const nested = calls[name]({ calls: [calls.batch({ calls: [] })] })
    expect(chain.error(alice, nested)).toBe('System.CallFiltered')
    chain.run('root', nested)
  })
})

describe('as_derivative', () => {
  it('acts as an account without a key', () => {
    const chain = chainWith()
    const pseudonym = derivativeAccount(alice, 7)
    chain.run('root', balancesCalls.force_set_balance({ who: addressOf(pseudonym), new_free: 5000n }))
    chain.run(alice, calls.as_derivative({ index: 7, call: send(700n) }))
    expect(freeBalance(chain.ctx, bob)).toBe(700n)
    expect(freeBalance(chain.ctx, pseudonym)).toBe(4300n)
    const outcome = chain.dispatch(signedBy(alice), calls.as_derivative({ index: 8, call: send(1n) }))
    expect(outcome).toMatchObject({ ok: false, code: 'Token.FundsUnavailable' })
    expect(chain.error('root', calls.as_derivative({ index: 7, call: send(1n) }))).toBe('BadOrigin')
  })
})

describe('dispatch_as', () => {
  const asAlice = { type: 'system', value: { type: 'Signed', value: alice } } as const

  it('acts as any origin; the result is in the event', () => {
    const chain = chainWith()
    expect(own(chain.run('root', calls.dispatch_as({ as_origin: asAlice, call: send(600n) })))).toEqual([
      'DispatchedAs',
    ])
    expect(freeBalance(chain.ctx, bob)).toBe(600n)
    const [event] = chain.run('root', calls.dispatch_as({ as_origin: asAlice, call: tooMuch }))
    expect(event!.data).toMatchObject({ result: { ok: false } })
    expect(chain.error(alice, calls.dispatch_as({ as_origin: asAlice, call: send(1n) }))).toBe('BadOrigin')
  })

  it('can be root, nobody, but not authorised', () => {
    const chain = chainWith()
    const as = (type: 'Root' | 'None' | 'Authorized') =>
      calls.dispatch_as_fallible({ as_origin: { type: 'system', value: { type } }, call: rootOnly })
    chain.run('root', as('Root'))
    expect(chain.error('root', as('None'))).toBe('BadOrigin')
    expect(chain.error('root', as('Authorized'))).toBe('BadOrigin')
  })

  it('fails with the call in its fallible form', () => {
    const chain = chainWith()
    expect(chain.error('root', calls.dispatch_as_fallible({ as_origin: asAlice, call: tooMuch }))).toBe(
      'Token.NotExpendable',
    )
    expect(own(chain.run('root', calls.dispatch_as_fallible({ as_origin: asAlice, call: send(600n) })))).toEqual([
      'DispatchedAs',
    ])
    expect(chain.error(alice, calls.dispatch_as_fallible({ as_origin: asAlice, call: send(1n) }))).toBe('BadOrigin')
  })
})

describe('with_weight', () => {
  it('is for root', () => {
    const chain = chainWith()
    chain.run('root', calls.with_weight({ call: rootOnly, weight }))
    expect(freeBalance(chain.ctx, bob)).toBe(900n)
    expect(chain.error('root', calls.with_weight({ call: send(1n), weight }))).toBe('BadOrigin')
    expect(chain.error(alice, calls.with_weight({ call: rootOnly, weight }))).toBe('BadOrigin')
  })
})

describe('if_else', () => {
  const ifElse = (main: RuntimeCall, fallback: RuntimeCall) => calls.if_else({ main, fallback })

  it('runs the fallback only when the main call fails', () => {
    const chain = chainWith()
    expect(own(chain.run(alice, ifElse(send(600n), send(1n))))).toEqual(['IfElseMainSuccess'])
    expect(freeBalance(chain.ctx, bob)).toBe(600n)
    expect(own(chain.run(alice, ifElse(tooMuch, send(1n))))).toEqual(['IfElseFallbackCalled'])
    expect(freeBalance(chain.ctx, bob)).toBe(601n)
    expect(chain.error(alice, ifElse(tooMuch, rootOnly))).toBe('BadOrigin')
    expect(chain.dispatch({ type: 'None' }, ifElse(send(1n), send(1n)))).toMatchObject({ code: 'BadOrigin' })
  })
})
