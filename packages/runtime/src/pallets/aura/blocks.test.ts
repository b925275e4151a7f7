import { describe, expect, it } from 'vitest'
import { type DigestItem, FAST_PROFILE, NORMAL_PROFILE } from '../../frame/index.ts'
import { TestChain, testAccount } from '../../testing/harness.ts'
import system, { initialise } from '../system/index.ts'
import timestamp, { calls, constants as timestampConstants, storage as timestampStorage } from '../timestamp/index.ts'
import aura, { authorOf, constants, slotDigest, slotOf, storage } from './index.ts'

const authorities = [testAccount(1), testAccount(2), testAccount(3)]

function chainWith(digest: DigestItem[]): TestChain {
  const chain = new TestChain([system, timestamp, aura])
  aura.genesis!(chain.ctx, { authorities })
  initialise(chain.ctx, digest)
  return chain
}

const setTime = (chain: TestChain, now: bigint) => chain.dispatch({ type: 'None' }, calls.set({ now }))

describe('slots', () => {
  it('last 250 ms on fast networks and 12 s on others', () => {
    expect([FAST_PROFILE, NORMAL_PROFILE].map((profile) => constants.SlotDuration.resolve(profile))).toEqual([
      250n,
      12_000n,
    ])
    expect(timestampConstants.MinimumPeriod.resolve(NORMAL_PROFILE)).toBe(6000n)
  })

  it('go to the authorities in turn', () => {
    const { ctx } = chainWith([])
    expect([6n, 7n, 8n, 9n].map((slot) => authorOf(ctx, [slotDigest(slot)]))).toEqual([...authorities, authorities[0]])
    expect(authorOf(ctx, [])).toBeUndefined()
  })

  it('are read from the digest, also among other entries', () => {
    expect(slotOf([{ type: 'Other', value: new Uint8Array(8) }, slotDigest(5n)])).toBe(5n)
    expect(slotOf([{ type: 'PreRuntime', value: [new Uint8Array(4), new Uint8Array(8)] }])).toBeUndefined()
  })

  it('must be later than the last one', () => {
    const chain = chainWith([slotDigest(8n)])
    aura.hooks.onInitialize!(chain.ctx)
    expect(storage.CurrentSlot.get(chain.ctx)).toBe(8n)
    initialise(chain.ctx, [slotDigest(8n)])
    expect(() => aura.hooks.onInitialize!(chain.ctx)).toThrow('Slot `8` of block `1` is not after `8`.')
  })
})

describe('the time of a block', () => {
  it('is set once, in its slot', () => {
    const chain = chainWith([slotDigest(8n)])
    expect(setTime(chain, 2100n)).toMatchObject({ ok: true })
    expect(timestampStorage.Now.get(chain.ctx)).toBe(2100n)
    expect(() => setTime(chain, 2300n)).toThrow('is set twice')
    timestamp.hooks.onFinalize!(chain.ctx)
    expect(() => timestamp.hooks.onFinalize!(chain.ctx)).toThrow('does not state its time')
  })

  it('outside of its slot makes the block invalid', () => {
    expect(() => setTime(chainWith([slotDigest(8n)]), 1999n)).toThrow('is not in its slot `8`')
    expect(() => setTime(chainWith([slotDigest(8n)]), 2250n)).toThrow('is not in its slot `8`')
  })

  it('is at least half a slot after that of the parent', () => {
    const chain = chainWith([])
    timestampStorage.Now.set(chain.ctx, 2000n)
    expect(() => setTime(chain, 2124n)).toThrow('is too early')
    expect(setTime(chain, 2125n)).toMatchObject({ ok: true })
  })

  it('is no business of signers', () => {
    expect(chainWith([]).error(authorities[0]!, calls.set({ now: 5n }))).toBe('BadOrigin')
    expect(chainWith([]).error('root', calls.set({ now: 5n }))).toBe('BadOrigin')
  })
})
