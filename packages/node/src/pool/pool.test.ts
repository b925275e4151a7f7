import { type AccountId, bytesToHex, type Hash } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { invalid, invalidCustom, type ValidTransaction } from '@neurite/runtime/frame'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { createPool, nonceTag, type Pool, type PoolDependencies, poolLimits, type TransactionStatus } from './index.ts'

/**
 * A small chain of accounts with nonces and balances. A transaction is six bytes: sender, nonce, tip, fee, blocks it
 * lives, salt; it is judged like a real one: stale, payable, custom-refused, and tagged by its nonce.
 */
interface Chain {
  nonces: Map<number, number>
  balances: Map<number, number>
  number: number
}

const account = (who: number) => `0x${who.toString(16).padStart(2, '0').repeat(32)}` as AccountId
const REFUSED_FEE = 255

interface Fields {
  tip?: number
  fee?: number
  lives?: number
  salt?: number
}
const tx = (who: number, nonce: number, { tip = 0, fee = 1, lives = 64, salt = 0 }: Fields = {}) =>
  Uint8Array.of(who, nonce, tip, fee, lives, salt)

const toBytes = (tag: string) => Uint8Array.from(tag, (c) => c.charCodeAt(0))

function validateOn(chain: Chain) {
  return (bytes: Uint8Array): ValidTransaction => {
    const [who, nonce, tip, fee, lives] = bytes as unknown as [number, number, number, number, number]
    if (fee === REFUSED_FEE) throw invalidCustom(8)
    const stateNonce = chain.nonces.get(who) ?? 0
    if (nonce < stateNonce) throw invalid('Stale')
    if (fee > (chain.balances.get(who) ?? 100)) throw invalid('Payment')
    return {
      priority: BigInt(tip) * 1000n + 1n,
      requires: nonce > stateNonce ? [toBytes(nonceTag(account(who), nonce - 1))] : [],
      provides: [toBytes(nonceTag(account(who), nonce))],
      longevity: BigInt(lives),
      propagate: true,
    }
  }
}

const hashOf = (bytes: Uint8Array): Hash => bytesToHex(blake2_256(bytes))

let chain: Chain
let pool: Pool
let time: number

function open(limits = poolLimits(), deps: Partial<PoolDependencies> = {}): void {
  chain = { nonces: new Map(), balances: new Map(), number: 0 }
  time = 0
  pool = createPool(limits, {
    hash: hashOf,
    bestNumber: () => chain.number,
    validate: (bytes) => validateOn(chain)(bytes),
    now: () => time,
    ...deps,
  })
}
beforeEach(() => open())

/** Makes a block of at most `count` ready transactions and tells the pool; its hash. */
function makeBlock(count = Infinity): Hash {
  const taken = []
  for (const each of pool.best()) {
    if (taken.length >= count) break
    taken.push(each)
  }
  return include(taken.map((each) => each.bytes))
}

function include(extrinsics: readonly Uint8Array[]): Hash {
  for (const [who, nonce] of extrinsics as unknown as [number, number][]) chain.nonces.set(who, nonce + 1)
  chain.number++
  const hash = hashOf(Uint8Array.of(9, chain.number))
  pool.onBlock({
    hash,
    number: chain.number,
    included: extrinsics.map((bytes) => ({ hash: hashOf(bytes), provides: [nonceTag(account(bytes[0]!), bytes[1]!)] })),
  })
  return hash
}

/** Submits and collects the statuses. */
async function watch(bytes: Uint8Array): Promise<TransactionStatus[]> {
  const statuses: TransactionStatus[] = []
  await pool.submit(bytes, { watcher: (status) => statuses.push(status) })
  return statuses
}

const order = () => [...pool.best()].map(({ bytes }) => `${bytes[0]}/${bytes[1]}`)
const refusal = async (bytes: Uint8Array) => {
  try {
    await pool.submit(bytes)
    return 'accepted'
  } catch (error) {
    const { rpcCode, rpcMessage, rpcData } = error as { rpcCode: number; rpcMessage: string; rpcData: unknown }
    return [rpcCode, rpcMessage, rpcData]
  }
}

describe('a watched transaction', () => {
  test('default: ready, inBlock, finalized', async () => {
    const statuses = await watch(tx(1, 0))
    const block = makeBlock()
    pool.onFinalized(block)
    expect(statuses).toEqual(['ready', { inBlock: block }, { finalized: block }])
  })

  test('behavior: it waits for the nonce before it, then goes into the same block', async () => {
    const second = await watch(tx(1, 1))
    const first = await watch(tx(1, 0))
    expect(order()).toEqual(['1/0', '1/1'])
    const block = makeBlock()
    expect(second).toEqual(['future', 'ready', { inBlock: block }])
    expect(first).toEqual(['ready', { inBlock: block }])
  })

  test('behavior: usurped by a transaction with the same nonce and a higher priority', async () => {
    const statuses = await watch(tx(1, 0))
    const better = await pool.submit(tx(1, 0, { tip: 1 }))
    expect(statuses).toEqual(['ready', { usurped: better }])
    expect(order()).toEqual(['1/0'])
  })

  test('behavior: usurped by one that a block had from elsewhere', async () => {
    const statuses = await watch(tx(1, 0))
    const other = tx(1, 0, { salt: 7 })
    include([other])
    expect(statuses).toEqual(['ready', { usurped: hashOf(other) }])
    expect(pool.ready.count).toBe(0)
  })

  test('behavior: dependents of a replaced one stay', async () => {
    await pool.submit(tx(1, 0))
    await pool.submit(tx(1, 1))
    await pool.submit(tx(1, 0, { tip: 1 }))
    expect([...pool.best()].map(({ bytes }) => bytes[2])).toEqual([1, 0])
  })

  test('behavior: invalid when its life is over', async () => {
    const statuses = await watch(tx(1, 0, { lives: 2 }))
    include([])
    expect(pool.ready.count).toBe(1)
    chain.nonces.set(1, 1)
    include([])
    expect(statuses).toEqual(['ready', 'invalid'])
  })

  test('behavior: invalid when the author finds it so; its dependents wait', async () => {
    const first = await watch(tx(1, 0))
    const second = await watch(tx(1, 1))
    pool.removeInvalid([hashOf(tx(1, 0))])
    expect(first).toEqual(['ready', 'invalid'])
    expect(second).toEqual(['ready', 'future'])
    expect(pool.future.count).toBe(1)
  })

  test('behavior: revalidation drops what has become invalid and leaves the rest', async () => {
    const poor = await watch(tx(1, 0, { fee: 50 }))
    const rich = await watch(tx(2, 0))
    include([])
    chain.balances.set(1, 10)
    pool.revalidate(10)
    expect(poor).toEqual(['ready', 'invalid'])
    expect(rich).toEqual(['ready'])
  })

  test('behavior: nothing is told after the watch has been stopped', async () => {
    const statuses: TransactionStatus[] = []
    let stop = () => {}
    await pool.submit(tx(1, 0), {
      watcher: (status) => statuses.push(status),
      onWatched: (end) => {
        stop = end
      },
    })
    stop()
    makeBlock()
    expect(statuses).toEqual(['ready'])
  })
})

describe('refusals', () => {
  test('behavior: invalid with its reason, then banned for half an hour', async () => {
    const bytes = tx(1, 0, { fee: REFUSED_FEE })
    expect(await refusal(bytes)).toEqual([1010, 'Invalid Transaction', 'Custom error: 8'])
    expect(await refusal(bytes)).toEqual([1012, 'Transaction is temporarily banned', undefined])
    time = 30 * 60 * 1000
    expect(await refusal(bytes)).toEqual([1010, 'Invalid Transaction', 'Custom error: 8'])
  })

  test('behavior: stale and unpayable', async () => {
    chain.nonces.set(1, 5)
    expect(await refusal(tx(1, 4))).toEqual([1010, 'Invalid Transaction', 'Transaction is outdated'])
    expect(await refusal(tx(2, 0, { fee: 101 }))).toEqual([
      1010,
      'Invalid Transaction',
      'Inability to pay some fees (e.g. account balance too low)',
    ])
  })

  test('behavior: already imported', async () => {
    await pool.submit(tx(1, 0))
    expect(await refusal(tx(1, 0))).toEqual([1013, 'Transaction Already Imported', hashOf(tx(1, 0))])
  })

  test('behavior: the same nonce needs a higher priority', async () => {
    await pool.submit(tx(1, 0, { tip: 1 }))
    expect(await refusal(tx(1, 0, { tip: 1, salt: 1 }))).toEqual([
      1014,
      'Priority is too low: (1001 vs 1001)',
      'The transaction has too low priority to replace another transaction already in the pool.',
    ])
  })

  test('behavior: what a block has is not taken again', async () => {
    await pool.submit(tx(1, 0))
    makeBlock()
    expect(await refusal(tx(1, 0))).toEqual([1012, 'Transaction is temporarily banned', undefined])
  })

  test('behavior: a full pool drops the worst, which may be the new one', async () => {
    open({ ...poolLimits(), readyCount: 2 })
    const worst = await watch(tx(1, 0, { tip: 1 }))
    await pool.submit(tx(2, 0, { tip: 3 }))
    await pool.submit(tx(3, 0, { tip: 2 }))
    expect(worst).toEqual(['ready', 'dropped'])
    expect(await refusal(tx(4, 0))).toEqual([
      1016,
      'Immediately Dropped',
      "The transaction couldn't enter the pool because of the limit",
    ])
    expect(order()).toEqual(['2/0', '3/0'])
  })

  test('behavior: waiting transactions have their own limit', async () => {
    open({ ...poolLimits(), futureCount: 1 })
    const first = await watch(tx(1, 5))
    await pool.submit(tx(2, 5, { tip: 1 }))
    expect(first).toEqual(['future', 'dropped'])
  })

  test('behavior: no tags, and no author for what may not be passed on', async () => {
    const bare: ValidTransaction = { priority: 1n, requires: [], provides: [], longevity: 1n, propagate: true }
    open(poolLimits(), { validate: () => bare })
    expect(((await refusal(tx(1, 0))) as unknown[])[0]).toBe(1019)
    open(poolLimits(), { validate: () => ({ ...bare, provides: [tx(1, 1)], propagate: false }), isAuthor: false })
    expect(((await refusal(tx(1, 0))) as unknown[])[0]).toBe(1018)
    open(poolLimits(), { validate: () => ({ ...bare, provides: [tx(1, 1)], requires: [tx(1, 1)] }) })
    expect(await refusal(tx(1, 0))).toEqual([1015, 'Cycle Detected', undefined])
  })
})

describe('signatures checked elsewhere', () => {
  test('behavior: a bad one is refused and banned; a second submission meanwhile is known', async () => {
    const answers: ((good: boolean) => void)[] = []
    open(poolLimits(), { verify: () => new Promise((resolve) => answers.push(resolve)) })
    const first = refusal(tx(1, 0))
    expect(await refusal(tx(1, 0))).toEqual([1013, 'Transaction Already Imported', hashOf(tx(1, 0))])
    answers[0]!(false)
    expect(await first).toEqual([1010, 'Invalid Transaction', 'Transaction has a bad signature'])
    expect(await refusal(tx(1, 0))).toEqual([1012, 'Transaction is temporarily banned', undefined])
  })

  test('behavior: one that a block took meanwhile is not imported', async () => {
    let answer = (_good: boolean) => {}
    open(poolLimits(), {
      verify: () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    })
    const submitted = refusal(tx(1, 0))
    include([tx(1, 0)])
    answer(true)
    expect(await submitted).toEqual([1012, 'Transaction is temporarily banned', undefined])
  })
})

describe('order', () => {
  test('behavior: by priority, then by remaining life, then by age, never before its nonce', async () => {
    await pool.submit(tx(1, 0))
    await pool.submit(tx(1, 1, { tip: 9 }))
    await pool.submit(tx(2, 0, { tip: 5 }))
    await pool.submit(tx(3, 0, { lives: 8 }))
    await pool.submit(tx(4, 0))
    expect(order()).toEqual(['2/0', '3/0', '1/0', '1/1', '4/0'])
  })

  test('behavior: skipping one leaves out what depends on it', async () => {
    for (const bytes of [tx(1, 0, { tip: 1 }), tx(1, 1), tx(2, 0)]) await pool.submit(bytes)
    const best = pool.best()
    const first = best.next().value
    best.skip(first!)
    expect([...best].map(({ bytes }) => bytes[0])).toEqual([2])
  })

  test('behavior: pending lists ready ones first', async () => {
    await pool.submit(tx(1, 3))
    await pool.submit(tx(2, 0))
    expect(pool.pending().map(({ bytes }) => bytes[0])).toEqual([2, 1])
  })
})

test('behavior: the next index counts ready transactions and no gaps', async () => {
  expect(pool.nextIndex(account(1), 0)).toBe(0)
  await pool.submit(tx(1, 0))
  await pool.submit(tx(1, 1))
  await pool.submit(tx(1, 3))
  expect(pool.nextIndex(account(1), 0)).toBe(2)
  makeBlock()
  expect(pool.nextIndex(account(1), 2)).toBe(2)
})

test('behavior: listeners hear of each transaction that becomes ready', async () => {
  const heard: string[] = []
  pool.onReady(({ bytes }) => heard.push(`${bytes[0]}/${bytes[1]}`))
  await pool.submit(tx(1, 1))
  await pool.submit(tx(1, 0))
  expect(heard).toEqual(['1/0', '1/1'])
})

test('property: whatever is submitted and included, the pool stays consistent', async () => {
  const action = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constant('submit'), fc.nat(3), fc.nat(5), fc.nat(3)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('block'), fc.nat(4), fc.constant(0), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('foreign'), fc.nat(3), fc.constant(0), fc.nat(3)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('invalid'), fc.nat(20), fc.constant(0), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('revalidate'), fc.nat(20), fc.constant(0), fc.constant(0)) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      open({ ...poolLimits(), readyCount: 8, futureCount: 4 })
      for (const [name, a, b, c] of actions) {
        if (name === 'submit') await refusal(tx(a, b, { tip: c, lives: 5 }))
        else if (name === 'block') makeBlock(a)
        else if (name === 'foreign') include([tx(a, chain.nonces.get(a) ?? 0, { tip: c, salt: 1 })])
        else if (name === 'revalidate') pool.revalidate(a)
        else {
          const victim = pool.pending()[a]
          if (victim !== undefined) pool.removeInvalid([victim.hash])
        }
        const ready = [...pool.best()]
        // Every ready one can be carried out in that order, and none provides what another does.
        const nonces = new Map(chain.nonces)
        for (const { bytes } of ready) {
          expect(bytes[1]).toBe(nonces.get(bytes[0]!) ?? 0)
          nonces.set(bytes[0]!, bytes[1]! + 1)
        }
        expect(ready).toHaveLength(pool.ready.count)
        expect(pool.pending()).toHaveLength(pool.ready.count + pool.future.count)
        expect(pool.ready.count).toBeLessThanOrEqual(8)
        expect(pool.future.count).toBeLessThanOrEqual(12)
        expect(pool.pending().reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(
          pool.ready.bytes + pool.future.bytes,
        )
      }
    }),
    { numRuns: Number(process.env['NEURITE_FUZZ_RUNS'] ?? 300) },
  )
})
