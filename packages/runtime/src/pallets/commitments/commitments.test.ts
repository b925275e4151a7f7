import { bytesToHex, hexToBytes, utf8ToBytes } from '@neurite/primitives/bytes'
import { decode, encode } from '@neurite/primitives/scale'
import { beaconPublicKey, ENTROPY_LENGTH, encrypt, signPulse } from '@neurite/primitives/timelock'
import { describe, expect, test } from 'vitest'
import { NONE } from '../../frame/index.ts'
import { testAccount } from '../../testing/harness.ts'
import { mechanismStorageIndex } from '../../yuma/index.ts'
import { storage as drand } from '../drand/index.ts'
import { ALICE, BOB_HOT, CAROL_HOT } from '../subtensor/economy.fixture.ts'
import { storage as subnets } from '../subtensor/index.ts'
import { dissolveSubnet } from '../subtensor/registration/dissolve.ts'
import { threeNeurons } from '../subtensor/weights/weights.fixture.ts'
import commitments, { CommitmentInfo, calls, Data, errors, Registration, spaceOf, storage } from './index.ts'

const STRANGER = testAccount(90)

const text = (value: string): Data => {
  const bytes = utf8ToBytes(value)
  return { type: `Raw${bytes.length}`, value: bytes }
}
const big = (length: number): Data => ({ type: 'BigRaw', value: new Uint8Array(length).fill(7) })
const timelocked = (round: bigint): Data => ({
  type: 'TimelockEncrypted',
  value: { encrypted: new Uint8Array(300), reveal_round: round },
})
const commitment = (netuid: number, ...fields: Data[]) => calls.set_commitment({ netuid, info: { fields } })

describe('fields', () => {
  const hash = `0x${'ab'.repeat(32)}` as const
  test.each<[Data, string, number]>([
    [{ type: 'None' }, '0x00', 0],
    [{ type: 'Raw0', value: new Uint8Array() }, '0x01', 0],
    [text('hi'), '0x036869', 2],
    [{ type: 'Raw128', value: new Uint8Array(128) }, `0x81${'00'.repeat(128)}`, 128],
    [{ type: 'BlakeTwo256', value: hash }, `0x82${'ab'.repeat(32)}`, 32],
    [{ type: 'Sha256', value: hash }, `0x83${'ab'.repeat(32)}`, 32],
    [{ type: 'Keccak256', value: hash }, `0x84${'ab'.repeat(32)}`, 32],
    [{ type: 'ShaThree256', value: hash }, `0x85${'ab'.repeat(32)}`, 32],
    [
      { type: 'TimelockEncrypted', value: { encrypted: new Uint8Array([1, 2]), reveal_round: 1000n } },
      '0x86080102e803000000000000',
      2,
    ],
    [{ type: 'ResetBondsFlag' }, '0x87', 0],
    [{ type: 'BigRaw', value: new Uint8Array([9]) }, '0x880409', 1],
  ])('%o', (field, bytes, space) => {
    expect(bytesToHex(encode(Data, field))).toBe(bytes)
    expect(decode(Data, hexToBytes(bytes))).toEqual(field)
    expect(spaceOf(field)).toBe(space)
  })

  test('beyond the limits do not decode', () => {
    expect(() => decode(Data, new Uint8Array([137]))).toThrow('137')
    expect(() => encode(Data, big(513))).toThrow('512')
    expect(() => decode(CommitmentInfo, new Uint8Array([16, 0, 0, 0, 0]))).toThrow('3')
    expect(decode(CommitmentInfo, new Uint8Array([12, 0, 0, 0]))).toEqual({ fields: Array(3).fill({ type: 'None' }) })
  })

  test('are stored after deposit and block', () => {
    const stored = { deposit: 0n, block: 258, info: { fields: [text('hi')] } }
    expect(bytesToHex(encode(Registration, stored))).toBe('0x0000000000000000020100000403' + '6869')
  })
})

describe('set_commitment', () => {
  test('keeps the last one, its block and the space used', () => {
    const { chain, netuid } = threeNeurons()
    chain.run(BOB_HOT, commitment(netuid, text('first')))
    chain.goTo(chain.ctx.block + 3n)
    const key = { netuid, who: BOB_HOT }
    const events = chain.run(BOB_HOT, commitment(netuid, text('second'), big(200)))
    expect(events).toMatchObject([{ pallet: 'Commitments', name: 'Commitment', data: key }])
    const block = Number(chain.ctx.block)
    expect(storage.CommitmentOf.get(chain.ctx, key)).toEqual({
      deposit: 0n,
      block,
      info: { fields: [text('second'), big(200)] },
    })
    expect(storage.LastCommitment.get(chain.ctx, key)).toBe(block)
    // Short ones count as 100 bytes.
    expect(storage.UsedSpaceOf.get(chain.ctx, key)?.used_space).toBe(306n)
  })

  test('is for hotkeys registered on that subnet', () => {
    const { chain, netuid } = threeNeurons()
    expect(chain.error(STRANGER, commitment(netuid, text('x')))).toBe(errors.AccountNotAllowedCommit.code)
    expect(chain.error(BOB_HOT, commitment(77, text('x')))).toBe(errors.AccountNotAllowedCommit.code)
    expect(chain.dispatch(NONE, commitment(netuid, text('x')))).toMatchObject({ code: 'BadOrigin' })
    const four = Array(4).fill(text('x')) as Data[]
    expect(chain.error(BOB_HOT, commitment(netuid, ...four))).toBe(errors.TooManyFieldsInCommitmentInfo.code)
  })

  test('may use 3100 bytes an epoch, to the byte, on each subnet by each hotkey', () => {
    const net = threeNeurons()
    const { chain, netuid } = net
    const full = commitment(netuid, big(512), big(512), big(512))
    chain.run(BOB_HOT, full)
    expect(chain.error(BOB_HOT, commitment(netuid, big(512), big(512), big(512)))).toBeUndefined()
    // 28 bytes are left, and the least that counts is 100.
    expect(chain.error(BOB_HOT, commitment(netuid, text('x')))).toBe(errors.SpaceLimitExceeded.code)
    chain.run('root', calls.set_max_space({ new_limit: 3171 }))
    expect(chain.error(BOB_HOT, commitment(netuid, text('x')))).toBe(errors.SpaceLimitExceeded.code)
    chain.run('root', calls.set_max_space({ new_limit: 3172 }))
    expect(chain.error(BOB_HOT, commitment(netuid, text('x')))).toBeUndefined()
    expect(chain.error(CAROL_HOT, full)).toBeUndefined()
    net.epochs(1)
    expect(chain.error(BOB_HOT, full)).toBeUndefined()
    expect(storage.UsedSpaceOf.get(chain.ctx, { netuid, who: BOB_HOT })?.used_space).toBe(1536n)
  })

  test('that opens later is listed until another replaces it', () => {
    const { chain, netuid } = threeNeurons()
    const events = chain.run(CAROL_HOT, commitment(netuid, text('a'), timelocked(1000n), timelocked(2000n)))
    expect(events).toMatchObject([
      { name: 'TimelockCommitment', data: { netuid, who: CAROL_HOT, reveal_round: 1000n } },
    ])
    chain.run(BOB_HOT, commitment(netuid, timelocked(5n)))
    expect(storage.TimelockedIndex.get(chain.ctx)).toEqual([
      [netuid, BOB_HOT],
      [netuid, CAROL_HOT],
    ])
    chain.run(BOB_HOT, commitment(netuid, timelocked(6n)))
    chain.run(CAROL_HOT, commitment(netuid, text('a')))
    expect(storage.TimelockedIndex.get(chain.ctx)).toEqual([[netuid, BOB_HOT]])
  })

  test('with the flag resets the bonds toward the hotkey on every mechanism, where the subnet allows it', () => {
    const { chain, netuid } = threeNeurons()
    const { ctx } = chain
    subnets.MechanismCountCurrent.set(ctx, { netuid }, 2)
    const indices = [0, 1].map((mecid) => mechanismStorageIndex(netuid, mecid))
    for (const index of indices) {
      subnets.Bonds.set(ctx, { index, uid: 0 }, [
        [0, 1],
        [1, 2],
        [2, 3],
      ])
      subnets.Bonds.set(ctx, { index, uid: 2 }, [[1, 9]])
    }
    const bonds = () => indices.map((index) => [0, 1, 2].map((uid) => subnets.Bonds.get(ctx, { index, uid })))
    const before = bonds()
    const key = { netuid, who: BOB_HOT }
    subnets.BondsResetOn.set(ctx, { netuid }, false)
    chain.run(BOB_HOT, commitment(netuid, { type: 'ResetBondsFlag' }))
    expect(bonds()).toEqual(before)
    expect(storage.LastBondsReset.get(ctx, key)).toBe(Number(ctx.block))
    subnets.BondsResetOn.set(ctx, { netuid }, true)
    chain.run(BOB_HOT, commitment(netuid, { type: 'ResetBondsFlag' }))
    const left = [
      [
        [0, 1],
        [2, 3],
      ],
      [],
      [],
    ]
    expect(bonds()).toEqual([left, left])
  })

  test('that exceeds its space resets nothing', () => {
    const { chain, netuid } = threeNeurons()
    subnets.BondsResetOn.set(chain.ctx, { netuid }, true)
    subnets.Bonds.set(chain.ctx, { index: netuid, uid: 0 }, [[1, 2]])
    chain.run('root', calls.set_max_space({ new_limit: 99 }))
    expect(chain.error(BOB_HOT, commitment(netuid, { type: 'ResetBondsFlag' }))).toBe(errors.SpaceLimitExceeded.code)
    expect(subnets.Bonds.get(chain.ctx, { index: netuid, uid: 0 })).toEqual([[1, 2]])
    expect(storage.LastBondsReset.get(chain.ctx, { netuid, who: BOB_HOT })).toBeUndefined()
  })
})

describe('timelocked fields', () => {
  const SEED = utf8ToBytes('the beacon of these tests')
  const ENTROPY = new Uint8Array(ENTROPY_LENGTH).fill(3)
  const locked = (message: string, reveal_round: bigint): Data => {
    const encrypted = encrypt(utf8ToBytes(message), reveal_round, beaconPublicKey(SEED), ENTROPY)
    return { type: 'TimelockEncrypted', value: { encrypted, reveal_round } }
  }
  type Neurons = ReturnType<typeof threeNeurons>
  const pulse = ({ chain }: Neurons, round: bigint) => drand.Pulses.set(chain.ctx, { round }, signPulse(SEED, round))
  /** The next block begins; returns names of its events. */
  const nextBlock = ({ chain }: Neurons) => {
    chain.goTo(chain.ctx.block + 1n)
    commitments.hooks.onInitialize?.(chain.ctx)
    return chain.ctx.events.map(({ event }) => event.name)
  }
  const revealed = ({ chain, netuid }: Neurons) =>
    storage.RevealedCommitments.get(chain.ctx, { netuid, who: BOB_HOT })?.map(([bytes, block]) => [
      Buffer.from(bytes).toString(),
      block,
    ])

  test('open when their pulse is there, each for itself; the others stay', () => {
    const net = threeNeurons()
    const { chain, netuid } = net
    const key = { netuid, who: BOB_HOT }
    chain.run(BOB_HOT, commitment(netuid, text('open'), locked('one', 1n), locked('two', 2n)))
    const committed = Number(chain.ctx.block)
    expect(nextBlock(net)).toEqual([])
    expect(storage.CommitmentOf.get(chain.ctx, key)?.info.fields).toHaveLength(3)
    pulse(net, 1n)
    expect(nextBlock(net)).toEqual(['CommitmentRevealed'])
    const first = chain.ctx.block
    expect(revealed(net)).toEqual([['one', first]])
    expect(storage.CommitmentOf.get(chain.ctx, key)).toEqual({
      deposit: 0n,
      block: committed,
      info: { fields: [text('open'), locked('two', 2n)] },
    })
    pulse(net, 2n)
    expect(nextBlock(net)).toEqual(['CommitmentRevealed'])
    expect(revealed(net)).toEqual([
      ['one', first],
      ['two', chain.ctx.block],
    ])
    expect(storage.CommitmentOf.get(chain.ctx, key)?.info.fields).toEqual([text('open')])
    expect(storage.TimelockedIndex.get(chain.ctx)).toEqual([])
  })

  test('that do not open, or hold nothing, are dropped; an empty commitment goes', () => {
    const net = threeNeurons()
    const { chain, netuid } = net
    chain.run(BOB_HOT, commitment(netuid, timelocked(1n), locked('', 1n)))
    pulse(net, 1n)
    expect(nextBlock(net)).toEqual([])
    expect(revealed(net)).toBeUndefined()
    expect(storage.CommitmentOf.has(chain.ctx, { netuid, who: BOB_HOT })).toBe(false)
    expect(storage.TimelockedIndex.get(chain.ctx)).toEqual([])
  })

  test('leave the ten newest', () => {
    const net = threeNeurons()
    const { chain, netuid } = net
    const old = Array.from({ length: 9 }, (_, n): [Uint8Array, bigint] => [utf8ToBytes(`${n}`), 1n])
    storage.RevealedCommitments.set(chain.ctx, { netuid, who: BOB_HOT }, old)
    chain.run(BOB_HOT, commitment(netuid, locked('a', 1n), locked('b', 1n)))
    pulse(net, 1n)
    expect(nextBlock(net)).toEqual(['CommitmentRevealed', 'CommitmentRevealed'])
    expect(revealed(net)?.map(([message]) => message)).toEqual([...'12345678ab'])
  })

  test('of a commitment that is gone are forgotten', () => {
    const net = threeNeurons()
    const { chain, netuid } = net
    chain.run(BOB_HOT, commitment(netuid, locked('a', 1n)))
    storage.CommitmentOf.remove(chain.ctx, { netuid, who: BOB_HOT })
    nextBlock(net)
    expect(storage.TimelockedIndex.get(chain.ctx)).toEqual([])
  })
})

test('set_max_space is for root', () => {
  const { chain } = threeNeurons()
  expect(storage.MaxSpace.get(chain.ctx)).toBe(3100)
  expect(chain.error(ALICE, calls.set_max_space({ new_limit: 1 }))).toBe('BadOrigin')
})

test('commitments go with their subnet', () => {
  const { chain, netuid } = threeNeurons()
  chain.run(BOB_HOT, commitment(netuid, timelocked(5n), { type: 'ResetBondsFlag' }))
  storage.RevealedCommitments.set(chain.ctx, { netuid, who: BOB_HOT }, [[new Uint8Array(1), 4n]])
  dissolveSubnet(chain.ctx, netuid)
  const maps = ['CommitmentOf', 'LastCommitment', 'LastBondsReset', 'RevealedCommitments', 'UsedSpaceOf'] as const
  for (const name of maps) expect([...storage[name].keys(chain.ctx)], name).toEqual([])
  expect(storage.TimelockedIndex.get(chain.ctx)).toEqual([])
})
