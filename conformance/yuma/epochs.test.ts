/** Upstream's state-level epoch tests, replayed on the kernel and the oracle. */
import {
  aggregateMechanisms,
  createSparseU16,
  type EpochParams,
  type EpochResult,
  epoch,
  resetBonds,
  rowOf,
  splitEmission,
} from '@neurite/runtime/yuma'
import { afterAll, describe, expect, test } from 'vitest'
import tables from './epochs.json' with { type: 'json' }
import { epochByOracle } from './oracle.ts'
import { createRandom } from './random-state.ts'
import { playScenario, type Scenario } from './scenario.ts'
import { createSubnet as createPlainSubnet, type Subnet, type SubnetOptions } from './subnet.ts'

let compared = 0
afterAll(() => console.log(`upstream epoch tests: ${compared} values compared`))

function equal(actual: unknown, expected: unknown, title: string): void {
  compared++
  expect(actual, title).toBe(expected)
}

function close(actual: number, expected: number, tolerance: number, title: string): void {
  compared++
  expect(Math.abs(actual - expected), `${title}: ${actual}, expected ${expected}`).toBeLessThanOrEqual(tolerance)
}

/** A subnet whose every epoch is run by kernel and oracle, which must agree. */
function createSubnet(options: SubnetOptions): Subnet {
  return createPlainSubnet({
    ...options,
    run(input) {
      const result = epoch(input)
      expect(result).toEqual(epochByOracle(input))
      return result
    },
  })
}

describe('exact', () => {
  for (const scenario of tables.exact as unknown as Scenario[]) {
    test(scenario.name, () => {
      for (const { title, actual, expected } of playScenario(createSubnet(scenario), scenario)) {
        equal(actual, expected, title)
      }
    })
  }
})

interface Yuma3Scenario {
  name: string
  stake: number[]
  params?: Partial<EpochParams>
  /** By epoch: for each validator the digits of the servers it splits its weight over (1 is the first server). */
  weights: Record<string, number[]>
  /** Set the weights before every epoch, not only when they change. */
  refresh?: boolean
  resetBonds?: { epoch: number; uid: number }
  bonds?: number[][][]
  dividends?: number[][]
  bondsAt?: Record<string, number[][]>
  dividendsAt?: Record<string, number[]>
}

describe('Yuma3, within the tolerance of upstream', () => {
  const { params, tolerance, scenarios } = tables.yuma3
  for (const scenario of scenarios as unknown as Yuma3Scenario[]) {
    test(scenario.name, () => {
      const subnet = createSubnet({
        stake: scenario.stake,
        tempo: 1,
        params: { ...params, ...scenario.params },
      })
      // A first epoch without weights, one block after registration, hands out the permits.
      subnet.block = 2
      subnet.epoch()
      const bonds: Record<string, number[][]> = scenario.bondsAt ?? Object.fromEntries((scenario.bonds ?? []).entries())
      const dividends: Record<string, number[]> =
        scenario.dividendsAt ?? Object.fromEntries((scenario.dividends ?? []).entries())
      const epochs = 1 + Math.max(...Object.keys(bonds).map(Number))
      const servers = scenario.stake.length - 3
      let current: number[] = []
      for (let epoch = 0; epoch < epochs; epoch++) {
        const changed = scenario.weights[epoch]
        current = changed ?? current
        if (changed || scenario.refresh) setServers(subnet, current, servers)
        if (scenario.resetBonds?.epoch === epoch) {
          const kept = resetBonds(
            createSparseU16(subnet.n, (uid) => subnet.bonds[uid]),
            scenario.resetBonds.uid,
          )
          subnet.bonds = subnet.bonds.map((_, uid) => rowOf(kept, uid))
        }
        subnet.block++
        const result = subnet.epoch()
        bonds[epoch]?.forEach((row, uid) => {
          row.forEach((value, server) => {
            close(
              subnet.bond(uid, 3 + server) / 65535,
              value,
              tolerance,
              `epoch ${epoch}, bonds[${uid}][${3 + server}]`,
            )
          })
        })
        dividends[epoch]?.forEach((value, uid) => {
          close(result.dividends[uid]! / 65535, value, tolerance, `epoch ${epoch}, dividends[${uid}]`)
        })
      }
    })
  }
})

function setServers(subnet: Subnet, choices: readonly number[], servers: number): void {
  const targets = Array.from({ length: servers }, (_, k) => 3 + k)
  choices.forEach((choice, uid) => {
    const chosen = String(choice)
    subnet.setWeights(
      uid,
      targets,
      targets.map((_, k) => (chosen.includes(String(k + 1)) ? Math.floor(65535 / chosen.length) : 0)),
    )
  })
}

/** Validators and servers: in blocks, at regular distance, or mixed. */
function distributeNodes(
  validatorCount: number,
  n: number,
  interleave: number,
): { validators: number[]; servers: number[] } {
  const uids = Array.from({ length: n }, (_, uid) => uid)
  if (interleave === 2) {
    const random = createRandom(n)
    for (let k = n - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1))
      const held = uids[k]!
      uids[k] = uids[other]!
      uids[other] = held
    }
  }
  const step = n / validatorCount
  const isValidator = (uid: number, k: number) => (interleave === 1 ? uid % step === 0 : k < validatorCount)
  return { validators: uids.filter(isValidator), servers: uids.filter((uid, k) => !isValidator(uid, k)) }
}

test('test_512_graph', () => {
  for (const interleave of [0, 1, 2]) {
    for (const serverSelf of [false, true]) {
      const { validators, servers } = distributeNodes(64, 512, interleave)
      const stake = Array.from({ length: 512 }, (_, uid) => (validators.includes(uid) ? 328_125_000_000_000n : 0n))
      const subnet = createSubnet({ stake, block: 0, params: { maxAllowedValidators: 64 } })
      subnet.epoch()
      subnet.block = 1
      for (const uid of validators)
        subnet.setWeights(
          uid,
          servers,
          servers.map(() => Math.floor(65535 / 512)),
        )
      if (serverSelf) for (const uid of servers) subnet.setWeights(uid, [uid], [65535])
      let result: EpochResult | undefined
      for (let epoch = 0; epoch < 3; epoch++) result = subnet.epoch()
      const title = `interleave ${interleave}, self ${serverSelf}`
      for (const uid of validators) {
        equal(result?.consensus[uid], 0, `${title}, consensus[${uid}]`)
        equal(result?.incentive[uid], 0, `${title}, incentive[${uid}]`)
        equal(result?.dividends[uid], 1023, `${title}, dividends[${uid}]`)
        equal(result?.emission[uid], 7_812_500n, `${title}, emission[${uid}]`)
        equal(subnet.bond(uid, validators[0]!), 0, `${title}, bonds[${uid}]`)
        equal(subnet.bond(uid, servers[0]!), 65535, `${title}, bonds[${uid}]`)
      }
      for (const uid of servers) {
        equal(result?.consensus[uid], 146, `${title}, consensus[${uid}]`)
        equal(result?.incentive[uid], 146, `${title}, incentive[${uid}]`)
        equal(result?.dividends[uid], 0, `${title}, dividends[${uid}]`)
        equal(result?.emission[uid], 1_116_071n, `${title}, emission[${uid}]`)
        equal(subnet.bond(uid, servers[0]!), 0, `${title}, bonds[${uid}]`)
      }
    }
  }
}, 300_000)

test('test_512_graph_random_weights: kernel equals oracle (compared inside every epoch)', () => {
  for (const interleave of [0, 1, 2]) {
    for (const bondsPenalty of [0, 32767, 65535]) {
      const { validators, servers } = distributeNodes(64, 512, interleave)
      const random = createRandom(interleave)
      const stake = Array.from({ length: 512 }, (_, uid) => (validators.includes(uid) ? 1 : 0))
      const subnet = createSubnet({ stake, block: 0, params: { maxAllowedValidators: 64, bondsPenalty } })
      subnet.epoch()
      subnet.block = 1
      for (const uid of validators)
        subnet.setWeights(
          uid,
          servers,
          servers.map(() => Math.floor(random() * 65535)),
        )
      const result = subnet.epoch()
      expect(result.incentive.some((share) => share > 0)).toBe(true)
      compared += 512
    }
  }
}, 300_000)

test('test_validator_permits', () => {
  for (const interleave of [0, 1, 2]) {
    for (const [n, validatorCount] of [
      [2, 1],
      [4, 2],
      [8, 4],
    ] as const) {
      for (const ascending of [false, true]) {
        const { validators, servers } = distributeNodes(validatorCount, n, interleave)
        const stake = Array.from({ length: n }, (_, uid) => {
          if (validators.includes(uid)) return ascending ? uid + n : 1
          return ascending ? uid : 0
        })
        const threshold = BigInt(validatorCount)
        const subnet = createSubnet({
          stake,
          params: { maxAllowedValidators: validatorCount, stakeThreshold: threshold },
        })
        subnet.epoch()
        for (const uid of validators)
          equal(subnet.permits[uid] === 1, subnet.stake[uid]! >= threshold, `validator ${uid}`)
        for (const uid of servers) equal(subnet.permits[uid], 0, `server ${uid}`)

        for (const uid of servers) subnet.stake[uid]! += BigInt(2 * n)
        subnet.epoch()
        for (const uid of validators) equal(subnet.permits[uid], 0, `former validator ${uid}`)
        for (const uid of servers)
          equal(subnet.permits[uid] === 1, subnet.stake[uid]! >= threshold, `former server ${uid}`)
      }
    }
  }
})

test('test_deregistered_miner_bonds', () => {
  const subnet = createSubnet({ stake: [1, 1, 1, 1], params: { maxAllowedValidators: 4 } })
  subnet.epoch()
  const vote = () => {
    for (const uid of [0, 1]) subnet.setWeights(uid, [2, 3], [43690, 21845])
  }
  subnet.block = 2
  vote()
  subnet.block = 4
  subnet.tempo = 2
  subnet.epoch()
  const before = [subnet.bond(0, 2), subnet.bond(0, 3)]
  expect(before[0]).toBeGreaterThan(0)
  expect(before[1]).toBeGreaterThan(0)

  subnet.block = 5
  subnet.replace(3)
  vote()
  subnet.block = 6
  subnet.epoch()
  expect(subnet.bond(0, 2)).toBeGreaterThanOrEqual(before[0]!)
  expect(subnet.bond(0, 3)).toBeLessThanOrEqual(before[1]!)
  compared += 4
})

test('test_can_set_self_weight_as_subnet_owner', () => {
  const subnet = createSubnet({ stake: [5_000_000_000_000n, 0n], ownerUid: 0, tempo: 360, params: { yuma3On: true } })
  subnet.permits[0] = 1
  subnet.weights[0] = [
    [0, 32767],
    [1, 32767],
  ]
  subnet.block = 2
  subnet.lastUpdate[0] = 2
  const { serverEmission } = subnet.epoch()
  expect(serverEmission[0]).toBeGreaterThan(0n)
  equal(serverEmission[0], serverEmission[1], 'emission of owner and other')
})

test('test_epoch_outputs_single_staker_registered_no_weights', () => {
  const subnet = createSubnet({ stake: [1], params: { yuma3On: true } })
  const { serverEmission, validatorEmission } = subnet.epoch()
  close(Number(serverEmission[0]! + validatorEmission[0]!), 1_000_000_000, 1000, 'all of it')
})

describe('commit-reveal masks weights toward a uid registered after the commit', () => {
  test('test_epoch_masks_incoming_to_sniped_uid_prevents_inheritance', () => {
    // Committed at 21, the uid taken over at 22, weights revealed at 23.
    const subnet = createSubnet({
      stake: [10_000, 100, 5_000],
      tempo: 10,
      params: { maxAllowedValidators: 3, yuma3On: true },
    })
    subnet.permits[0] = 1
    subnet.block = 22
    subnet.earliestCommit = [21, Infinity, Infinity]
    subnet.setWeights(0, [1], [65535])
    expect(subnet.epoch(1000n).incentive[1]).toBe(65535)
    subnet.replace(1)
    subnet.stake[1] = 10_000n
    subnet.block = 23
    subnet.setWeights(0, [0, 1], [32767, 32767])
    equal(subnet.epoch(1000n).incentive[1], 0, 'incentive of the new hotkey')
  })

  test('test_epoch_does_not_mask_outside_window_but_masks_inside', () => {
    // uid 1 registered at 8 with a commit that has expired since; the live commit is of 32, uids 2 and 3 of 33.
    const subnet = createSubnet({
      stake: [10_000, 1_000, 1_000, 1_000],
      tempo: 8,
      params: { maxAllowedValidators: 1, yuma3On: true },
    })
    subnet.permits[0] = 1
    subnet.registeredAt.splice(1, 3, 8, 33, 33)
    subnet.earliestCommit = [32, Infinity, Infinity, Infinity]
    subnet.block = 34
    subnet.setWeights(0, [1, 2, 3], [21845, 21845, 21845])
    const { incentive } = subnet.epoch(1000n)
    expect(incentive[1], 'uid 1').toBeGreaterThan(0)
    equal(incentive[2], 0, 'uid 2')
    equal(incentive[3], 0, 'uid 3')
  })
})

describe('mechanisms', () => {
  /** The state of mock_epoch_state: everyone registered at 1, updated at 2, one alpha each for the stakers. */
  function mockSubnet(rows: [uid: number, entries: [number, number][]][], permits: readonly number[]): Subnet {
    const stake = permits.map((_, uid) => (uid < 2 ? 1_000_000_000n : 0n))
    const subnet = createSubnet({ stake, tempo: 1 })
    permits.forEach((permit, uid) => {
      subnet.permits[uid] = permit
      subnet.lastUpdate[uid] = 2
    })
    for (const [uid, entries] of rows) subnet.weights[uid] = entries
    return subnet
  }
  const each: [number, number][] = [
    [0, 65535],
    [1, 65535],
  ]

  test('epoch_with_mechanisms_produces_per_mechanism_incentive', () => {
    for (const amount of splitEmission(1_000_000_000n, 2)) {
      const { incentive } = mockSubnet(
        [
          [0, each],
          [1, each],
        ],
        [1, 1],
      ).epoch(amount)
      equal(incentive[0], 32767, 'incentive[0]')
      equal(incentive[1], 32767, 'incentive[1]')
    }
  })

  test('epoch_with_mechanisms_updates_bonds', () => {
    const symmetric = mockSubnet(
      [
        [0, each],
        [1, each],
      ],
      [1, 1],
    )
    symmetric.epoch()
    expect(symmetric.bonds).toEqual([[[1, 65535]], [[0, 65535]]])
    const asymmetric = mockSubnet(
      [
        [
          0,
          [
            [0, 65535],
            [1, 0],
          ],
        ],
        [1, each],
      ],
      [1, 1],
    )
    asymmetric.epoch()
    expect(asymmetric.bonds).toEqual([[], [[0, 65535]]])
    compared += 4
  })

  test('epoch_with_mechanisms_incentives_proportional_to_weights', () => {
    for (const [first, second] of [
      [52428, 13107],
      [13107, 52428],
    ] as const) {
      const { incentive } = mockSubnet(
        [
          [
            0,
            [
              [1, first],
              [2, second],
            ],
          ],
        ],
        [1, 0, 0],
      ).epoch(500_000_000n)
      close(incentive[1]!, first, 1, 'incentive[1]')
      close(incentive[2]!, second, 1, 'incentive[2]')
    }
  })

  test('epoch_with_mechanisms_no_weight_no_incentive', () => {
    const { incentive } = mockSubnet(
      [
        [
          0,
          [
            [1, 1],
            [2, 0],
          ],
        ],
      ],
      [1, 0, 0],
    ).epoch(500_000_000n)
    expect([...incentive]).toEqual([0, 65535, 0])
    compared += 3
  })

  test('epoch_with_mechanisms_persists_and_aggregates_all_terms', () => {
    const amounts = splitEmission(1_000_000_000n, 2, [16383, 49152])
    const weight = amounts.map((amount) => Number(amount) / 1e9)
    close(weight[0]!, 0.25, 0.0001, 'weight of mechanism 0')
    close(weight[1]!, 0.75, 0.0001, 'weight of mechanism 1')
    const results = [
      mockSubnet(
        [
          [
            0,
            [
              [1, 39321],
              [2, 26214],
            ],
          ],
        ],
        [1, 0, 0],
      ).epoch(amounts[0]),
      mockSubnet(
        [
          [
            0,
            [
              [1, 13107],
              [2, 52428],
            ],
          ],
        ],
        [1, 0, 0],
      ).epoch(amounts[1]),
    ] as const
    const together = aggregateMechanisms(results, amounts)
    for (let uid = 0; uid < 3; uid++) {
      const [a, b] = results
      for (const field of ['consensus', 'dividends', 'validatorTrust', 'stakeWeight', 'emission'] as const) {
        const expected = Number(a[field][uid]) * weight[0]! + Number(b[field][uid]) * weight[1]!
        close(Number(together[field][uid]), Math.floor(expected), 1, `${field}[${uid}]`)
      }
      for (const field of ['serverEmission', 'validatorEmission'] as const) {
        equal(together[field][uid], a[field][uid]! + b[field][uid]!, `${field}[${uid}]`)
      }
      equal(together.active[uid], a.active[uid]! | b.active[uid]!, `active[${uid}]`)
      equal(together.validatorPermits[uid], a.validatorPermits[uid]! | b.validatorPermits[uid]!, `permit[${uid}]`)
    }
  })

  test('a single mechanism comes through unchanged, also with nothing to share', () => {
    for (const amount of [1_000_000_007n, 0n]) {
      const { incentive, bonds, ...rest } = mockSubnet(
        [
          [0, each],
          [1, each],
        ],
        [1, 1],
      ).epoch(amount)
      expect(incentive.length).toBe(bonds.rowStart.length - 1)
      expect(aggregateMechanisms([{ incentive, bonds, ...rest }], [amount])).toEqual(rest)
    }
  })

  test('epoch_mechanism_emergency_mode_distributes_by_stake', () => {
    const subnet = createSubnet({ stake: [10, 30, 60, 0], tempo: 5 })
    subnet.permits.splice(0, 4, 1, 1, 1, 0)
    const { serverEmission, validatorEmission } = subnet.epoch(1_000_000n)
    ;[100_000, 300_000, 600_000, 0].forEach((amount, uid) => {
      equal(serverEmission[uid], 0n, `server emission of ${uid}`)
      close(Number(validatorEmission[uid]), amount, 2, `validator emission of ${uid}`)
    })
  })
})
