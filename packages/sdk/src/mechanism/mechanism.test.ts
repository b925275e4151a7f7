import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  base,
  canonicalJson,
  createRng,
  deadline,
  defineSubnet,
  duplicates,
  emptyLedger,
  evaluate,
  fromQ,
  garbage,
  type Hidden,
  hidden,
  ledgerFromText,
  ledgerToText,
  literal,
  metric,
  over,
  pay,
  printExpr,
  Q_ONE,
  type Remembered,
  random,
  record,
  remember,
  runRound,
  type SimulatedMiner,
  s,
  sharesOf,
  silent,
  simulate,
  staleCopier,
  standings,
  sybils,
  toQ,
  toWeights,
  wired,
} from './index.ts'

/** A small subnet: double each number. The metric is the share of right ones. */
function doubling(overrides: object = {}) {
  return defineSubnet({
    name: 'double',
    version: 1,
    shape: 'live',
    docs: 'Doubles numbers.',
    ask: s.object({ numbers: s.array(s.int(0, 1_000), 1, 16) }),
    answer: s.object({ numbers: s.array(s.int(0, 2_000), 0, 16) }),
    data: {},
    task: ({ rng }) => {
      const numbers = Array.from({ length: 16 }, () => rng.own.below(1_000))
      return { ask: { numbers }, truth: hidden(numbers.map((n) => 2 * n)) }
    },
    judge: ({ truth, answers }) =>
      answers.map(({ value, bytes, serviceMs }) => ({
        valid: value.numbers.length === truth.length,
        right: truth.filter((n, i) => value.numbers[i] === n).length / truth.length,
        rate: bytes / serviceMs,
      })),
    metrics: {
      valid: { unit: 'flag', better: 'higher', range: [0, 1] },
      right: { unit: 'share', better: 'higher', range: [0, 1] },
      rate: { unit: 'bytes/ms', better: 'higher' },
    },
    score: (x) => x.valid.gate(x.right.between({ bad: base('bad'), good: 1 }).pow(2)),
    memory: over.ema({ halfLife: 4, newcomer: 0.5 }),
    pay: pay.geometric(0.8),
    guards: [deadline(1_000), duplicates<{ readonly numbers: readonly number[] }>({ by: sameNumbers, above: 0.99 })],
    miners: {
      good: {
        docs: 'Doubles all.',
        create:
          () =>
          ({ numbers }) => ({ numbers: numbers.map((n) => 2 * n) }),
      },
      bad: {
        docs: 'Doubles none.',
        create:
          () =>
          ({ numbers }) => ({ numbers: numbers.map((n) => n + 1) }),
      },
    },
    ...overrides,
  })
}

function sameNumbers(a: { readonly numbers: readonly number[] }, b: { readonly numbers: readonly number[] }): number {
  return a.numbers.filter((n, i) => b.numbers[i] === n).length / Math.max(1, a.numbers.length)
}

/** A miner of `doubling` that gets the first `right` numbers right and the others wrong in its own way. */
const partly = (name: string, right: number): SimulatedMiner => ({
  name,
  answer: (ask) => ({
    numbers: (ask as { numbers: number[] }).numbers.map((n, i) => (i < right ? 2 * n : (n + name.length * 7) % 2_000)),
  }),
})

describe('schemas', () => {
  const schema = s.object({ texts: s.array(s.text(10), 1, 3), dims: s.int(16, 512), vector: s.floats(4) })

  test('a value comes back from its JSON text', () => {
    const value = { texts: ['a', 'bé'], dims: 32, vector: Float32Array.from([1.5, -2, 0.1]) }
    expect(schema.decode(JSON.parse(JSON.stringify(schema.encode(value))))).toEqual(value)
  })

  test('every limit is checked and named', () => {
    const good = { texts: ['a'], dims: 32, vector: '' }
    for (const [change, path] of [
      [{ texts: [] }, 'texts'],
      [{ texts: ['a', 'b', 'c', 'd'] }, 'texts'],
      [{ texts: ['x'.repeat(11)] }, 'texts[0]'],
      [{ texts: ['\ud800'] }, 'texts[0]'],
      [{ dims: 15 }, 'dims'],
      [{ dims: 16.5 }, 'dims'],
      [{ dims: '32' }, 'dims'],
      [{ vector: 'AADAfw==' }, 'vector[0]'],
      [{ vector: 'AACAfw==' }, 'vector[0]'],
      [{ vector: 'A'.repeat(40) }, 'vector'],
      [{ vector: '!' }, 'vector'],
      [{ more: 1 }, 'more'],
      [{ dims: undefined }, 'dims'],
    ] as const) {
      expect(() => schema.decode({ ...good, ...change })).toThrow(`\`message.${path}\``)
    }
    expect(() => schema.decode(null)).toThrow('an object with texts, dims, vector')
  })

  test('the text of a valid value is never longer than maxBytes', () => {
    for (let i = 0; i < 50; i++) {
      const text = JSON.stringify(schema.encode(schema.sample(createRng(`sample ${i}`))))
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(schema.maxBytes)
    }
    const escaped = s.text(5).encode('\u0001\u0001\u0001\u0001\u0001')
    expect(JSON.stringify(escaped).length).toBeLessThanOrEqual(s.text(5).maxBytes)
  })

  test('the truth is refused wherever it is put', () => {
    const truth = hidden('secret') as unknown as Hidden<any>
    expect(() => JSON.stringify({ truth })).toThrow('The truth of a task must not be encoded.')
    expect(() => s.text(10).encode(truth as never)).toThrow('must not be encoded')
    expect(() => s.object({ a: s.int(0, 1) }).encode(truth as never)).toThrow('must not be encoded')
    expect(() => s.object({ a: s.array(s.int(0, 1), 0, 1) }).encode({ a: [truth] } as never)).toThrow(
      'must not be encoded',
    )
    expect(JSON.stringify(Object.entries(truth))).toBe('[]')
  })
})

describe('random numbers', () => {
  test('a seed always gives the same numbers', () => {
    const rng = createRng('neurite')
    expect([rng.u32(), rng.u32(), rng.u32(), rng.below(10)]).toMatchInlineSnapshot(`
      [
        735872757,
        2565042460,
        4208979423,
        6,
      ]
    `)
    expect(createRng('a').fork('b').u32()).toBe(createRng('a/b').u32())
  })

  test('samples are distinct and bounds hold', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 60 }),
        (seed, size, count) => {
          const list = Array.from({ length: size }, (_, i) => i)
          const picked = createRng(seed).sample(list, count)
          expect(new Set(picked).size).toBe(Math.min(size, count))
          expect(createRng(seed).below(size)).toBeLessThan(size)
        },
      ),
    )
  })
})

describe('the policy language', () => {
  const rows = (values: number[]) => values.map((value) => ({ x: toQ(value)! }))
  const run = (expr: ReturnType<typeof metric>, values: number[], bases = {}) =>
    evaluate(expr.node, rows(values), bases).map(fromQ)

  test('each operator', () => {
    const x = metric('x')
    expect(run(x.between({ bad: 2, good: 0 }), [3, 2, 1.5, 0, -1])).toEqual([0, 0, 0.25, 1, 1])
    expect(run(x.between({ bad: base('bad'), good: 1 }), [0.75], { bad: { x: toQ(0.5)! } })).toEqual([0.5])
    expect(run(x.between({ bad: 1, good: 1 }), [1])).toEqual([0])
    expect(run(x.pow(3), [0.5])).toEqual([0.125])
    expect(run(x.mix(0.25, 1), [0])).toEqual([0.25])
    expect(run(x.clamp(0, 1), [-1, 0.5, 2])).toEqual([0, 0.5, 1])
    expect(run(x.rank(), [5, 1, 5, 9])).toEqual([0.5, 0, 0.5, 1])
    expect(run(x.rank(), [5])).toEqual([0.5])
    expect(run(x.gate(0.5), [0, 1, -1])).toEqual([0, 0.5, 0])
    expect(run(x.add(1).mul(x.sub(1)).max(x.min(0)), [3])).toEqual([8])
  })

  test('it prints as a formula and has one canonical JSON', () => {
    const { node } = metric('valid').gate(
      metric('loss')
        .between({ bad: base('bad'), good: 0 })
        .pow(2)
        .mix(0.1, metric('rate').rank()),
    )
    expect(printExpr(node)).toBe('valid ? mix(between(loss, bad = base.bad, good = 0)^2, 0.1 of rank(rate)) : 0')
    expect(canonicalJson({ b: [1, { d: undefined, c: 'x' }], a: null })).toBe('{"a":null,"b":[1,{"c":"x"}]}')
  })

  test('huge, tiny and impossible facts stay in range', () => {
    expect(toQ(Number.NaN)).toBeUndefined()
    expect(toQ(Number.POSITIVE_INFINITY)).toBeUndefined()
    expect(run(metric('x').mul(metric('x')).between({ bad: 0, good: 1 }), [1e300, -1e300])).toEqual([1, 1])
  })

  test('a spec that could pay more than all, reads unknown facts or has no bad miner does not build', () => {
    expect(() => doubling({ score: (x: any) => x.rate })).toThrow('ranges from `-Infinity` to `Infinity`')
    expect(() => doubling({ score: (x: any) => x.right.add(x.right) })).toThrow('ranges from `0` to `2`')
    expect(() => doubling({ score: () => metric('nice').rank() })).toThrow('reads metric `nice`')
    expect(() => doubling({ score: (x: any) => x.right.between({ bad: base('lazy'), good: 1 }) })).toThrow(
      'miner `lazy`',
    )
    expect(() => doubling({ miners: {} })).toThrow('no reference miner `bad`')
  })

  test('the policy hash changes with a rule and not with the prose', () => {
    expect(doubling({ docs: 'Other words.' }).policyHash).toBe(doubling().policyHash)
    expect(doubling({ pay: pay.geometric(0.7) }).policyHash).not.toBe(doubling().policyHash)
    expect(doubling().policyText).toMatchInlineSnapshot(`
      "mechanism double/1
        require  valid
        score    between(right, bad = base.bad, good = 1)^2
        deadline 1000 ms
        share    duplicates(sameNumbers) > 0.99
        memory   ema 4 rounds, newcomer 0.5, paid from 1 on
        pay      geometric 0.8, scores above 0"
    `)
  })
})

describe('pay', () => {
  const q = (...values: number[]) => values.map((value) => toQ(value)!)
  const percent = (shares: readonly bigint[]) => shares.map((share) => Math.round(1000 * fromQ(share)) / 10)

  test('geometric by rank; equal scores share their places; zero earns nothing', () => {
    expect(percent(sharesOf(pay.geometric(0.5), q(0.2, 0.9, 0)))).toEqual([33.3, 66.7, 0])
    expect(percent(sharesOf(pay.geometric(0.5), q(0.9, 0.9, 0.1)))).toEqual([42.9, 42.9, 14.3])
    expect(percent(sharesOf(pay.geometric(0.5, { above: 0.1 }), q(0.9, 0.1)))).toEqual([100, 0])
    expect(percent(sharesOf(pay.proportional(), q(0.6, 0.2)))).toEqual([75, 25])
    expect(sharesOf(pay.geometric(0.5), q(0, 0))).toEqual([0n, 0n])
  })

  test('a group of equal answers earns what one would', () => {
    expect(percent(sharesOf(pay.geometric(0.5), q(0.9, 0.5, 0.5, 0), [[1, 2, 3]]))).toEqual([66.7, 16.7, 16.7, 0])
    // Who does half the work gets half of what the other gets.
    expect(percent(sharesOf(pay.geometric(0.5), q(0.6, 0.3), [[0, 1]]))).toEqual([66.7, 33.3])
  })

  test('shares never sum to more than 1 and the largest weight is 65535', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (scores) => {
        const shares = sharesOf(pay.geometric(0.8), q(...scores))
        expect(shares.reduce((sum, share) => sum + share, 0n)).toBeLessThanOrEqual(Q_ONE)
        const weights = toWeights(shares)
        expect(Math.max(...weights)).toBe(shares.some((share) => share > 0n) ? 65_535 : 0)
      }),
    )
  })
})

describe('rounds', () => {
  test('better miners earn more, cheats nothing', async () => {
    const subnet = doubling()
    const honest = wired(subnet, await subnet.miners['good']!.create({ seed: '' }))
    const { standings: found } = await simulate(subnet, {
      seed: 'order',
      rounds: 8,
      miners: [
        { name: 'good', answer: honest },
        partly('half', 8),
        wrongNumbers,
        silent(),
        random(subnet),
        garbage(),
        staleCopier(honest),
      ],
    })
    const share = Object.fromEntries(found.map(({ name, share }) => [name, fromQ(share)]))
    expect(share['good']).toBeGreaterThan(share['half']!)
    expect(share['half']).toBeGreaterThan(0.2)
    for (const cheat of ['bad', 'silent', 'random', 'garbage']) expect(share[cheat]).toBe(0)
    // Its first answer had nothing to copy; what is left of that round is forgotten with the half-life.
    expect(share['stale copier']).toBeLessThan(share['half']!)
  })

  const wrongNumbers: SimulatedMiner = {
    name: 'bad',
    answer: (ask) => ({ numbers: (ask as { numbers: number[] }).numbers.map((n) => n + 1) }),
  }

  test('k identities of one backend earn no more than one', async () => {
    const subnet = doubling()
    const honest = wired(subnet, await subnet.miners['good']!.create({ seed: '' }))
    const payOf = async (count: number) => {
      const { standings: found } = await simulate(subnet, {
        seed: 'sybil',
        rounds: 6,
        miners: [partly('rival', 12), ...sybils(honest, count)],
      })
      return found.filter(({ name }) => name.startsWith('sybil')).reduce((sum, { share }) => sum + fromQ(share), 0)
    }
    expect(await payOf(5)).toBeCloseTo(await payOf(1), 6)
  })

  test('a round repeats from its seed, and a judge that finds no number pays nothing', async () => {
    const subnet = doubling({
      judge: ({ answers }: any) => answers.map(() => ({ valid: true, right: Number.NaN, rate: 1 })),
    })
    const target = { uid: 0, hotkey: '0x00' as const }
    const asks: unknown[] = []
    const options = {
      seed: 's',
      block: 7,
      targets: [target],
      bases: { bad: () => ({ numbers: [] }) },
      transport: async (_: unknown, ask: unknown) => {
        asks.push(ask)
        return { answer: { numbers: [] }, bytes: 10, serviceMs: 1 }
      },
    }
    const round = await runRound(subnet, options)
    await runRound(subnet, options)
    expect(asks[1]).toEqual(asks[0])
    expect(round.outcomes[0]).toMatchObject({ status: 'unjudgeable', score: 0n })
  })

  test('late and long answers are no answers', async () => {
    const subnet = doubling()
    const run = async (reply: { bytes: number; serviceMs: number }) => {
      const round = await runRound(subnet, {
        seed: 's',
        block: 1,
        targets: [{ uid: 0, hotkey: '0x00' }],
        bases: { bad: () => ({ numbers: [] }) },
        transport: async () => ({ answer: { numbers: [] }, ...reply }),
      })
      return round.outcomes[0]!.status
    }
    expect(await run({ bytes: 10, serviceMs: 1_001 })).toBe('silent')
    expect(await run({ bytes: 10_000, serviceMs: 1 })).toBe('malformed')
    expect(await run({ bytes: 10, serviceMs: 1 })).toBe('answered')
  })
})

describe('memory', () => {
  test('a newcomer starts with half its score; then a mean that turns into an average with a half-life', () => {
    const memory = over.ema({ halfLife: 2, newcomer: 0.5 })
    const after = (...scores: number[]) =>
      scores.reduce((entry: Remembered | undefined, score) => remember(memory, entry, toQ(score)!), undefined)!
    expect(fromQ(after(1).score)).toBe(0.5)
    expect(fromQ(after(1, 1).score)).toBe(0.75)
    expect(fromQ(after(1, 1, 0).score)).toBeCloseTo(0.5, 6)
    const settled = Array.from({ length: 40 }, () => 1)
    expect(fromQ(after(...settled).score)).toBeGreaterThan(0.99)
    expect(fromQ(after(...settled, 0, 0).score)).toBeCloseTo(0.5, 3)
    expect(after(...settled).rounds).toBe(40)
  })

  test('not asked changes nothing; a UID with a new owner starts anew', async () => {
    const subnet = doubling()
    const { ledger } = await simulate(subnet, { seed: 'a', rounds: 3, miners: [partly('one', 16)] })
    const [hotkey] = ledger.miners.keys()
    const later = record(subnet, ledger, { block: 9, outcomes: [], bases: {}, alike: [] })
    expect(later.miners.get(hotkey!)).toEqual(ledger.miners.get(hotkey!))
    const [replaced] = standings(subnet, later, [{ uid: 0, hotkey: '0x99' }])
    expect(replaced).toMatchObject({ score: 0n, weight: 0 })
  })

  test('a miner asked too seldom is not paid yet', async () => {
    const subnet = doubling({ memory: over.ema({ halfLife: 4, min: 3 }) })
    const payAfter = async (rounds: number) =>
      (await simulate(subnet, { seed: 'a', rounds, miners: [partly('one', 16)] })).standings[0]!.weight
    expect([await payAfter(2), await payAfter(3)]).toEqual([0, 65_535])
  })

  test('the ledger survives its text; another policy starts empty', async () => {
    const subnet = doubling()
    const honest = wired(subnet, await subnet.miners['good']!.create({ seed: '' }))
    const { ledger } = await simulate(subnet, {
      seed: 'a',
      rounds: 3,
      miners: [partly('one', 9), ...sybils(honest, 2)],
    })
    expect(ledgerFromText(ledgerToText(ledger, '0x01'), '0x01')).toEqual(ledger)
    expect(ledgerFromText(ledgerToText(ledger, '0x01'), '0x02')).toBe(emptyLedger)
    expect(() => ledgerFromText('{"format":"x"}', '0x01')).toThrow('format `x`')
  })
})

test('behavior: a literal in the score is exact', () =>
  expect(fromQ(BigInt((literal(0.5).node as { bits: string }).bits))).toBe(0.5))
