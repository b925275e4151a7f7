import { bytesToByteString, bytesToHex, hexToBytes, utf8ToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { encode, u16 } from '@neurite/primitives/scale'
import { describe, expect, it } from 'vitest'
import { FAST_PROFILE } from '../../frame/index.ts'
import { failureOf, names, TestChain, testAccount } from '../../testing/harness.ts'
import system, * as pallet from './index.ts'
import { CODE_KEY, calls, constants, HEAP_PAGES_KEY, storage } from './index.ts'

const who = testAccount(1)
const chainWith = (): TestChain => new TestChain([system])

describe('metadata facts of spec 393', () => {
  it.each([
    [
      'BlockWeights',
      '0xc2a0e766000b00409452a30313ffffffffffffffff2261c91900010bb837a1555d021366666666666666a6010b0030ef7dba0213ffffffffffffffbf0100002261c91900010bb847462a46031366666666666666e6010b00409452a30313ffffffffffffffff01070010a5d4e81300000000000000402261c91900000000',
    ],
    ['BlockLength', '0x000078000000a0000000a000'],
    ['BlockHashCount', '0x60090000'],
    ['DbWeight', '0x40787d010000000000e1f50500000000'],
    ['SS58Prefix', '0x2a00'],
  ] as const)('constant %s', (name, hex) => {
    const constant = constants[name]
    expect(bytesToHex(encode<any>(constant.codec, constant.resolve(FAST_PROFILE)))).toBe(hex)
  })

  it('default of an account', () => {
    const { ctx } = chainWith()
    expect(bytesToHex(encode(storage.Account.valueCodec, storage.Account.get(ctx, { account: who })))).toBe(
      `0x${'00'.repeat(40)}${'00'.repeat(15)}80`,
    )
  })

  it('version', () => {
    const { ctx } = chainWith()
    const { spec_name, spec_version, transaction_version, system_version } = constants.Version.get(ctx)
    expect([spec_name, spec_version, transaction_version, system_version]).toEqual(['node-subtensor', 425, 1, 1])
  })
})

describe('reference counts', () => {
  it('make an account with its first provider and remove it with its last', () => {
    const { ctx } = chainWith()
    expect(pallet.incProviders(ctx, who)).toBe('created')
    expect(pallet.incProviders(ctx, who)).toBe('existed')
    expect(pallet.decProviders(ctx, who)).toBe('exists')
    expect(pallet.decProviders(ctx, who)).toBe('reaped')
    expect(storage.Account.has(ctx, { account: who })).toBe(false)
    expect(names(ctx.events.map((record) => record.event))).toEqual(['System.NewAccount', 'System.KilledAccount'])
  })

  it('keep an account alive that is self-sufficient', () => {
    const { ctx } = chainWith()
    pallet.incSufficients(ctx, who)
    pallet.incProviders(ctx, who)
    expect(pallet.decProviders(ctx, who)).toBe('exists')
    expect(pallet.decSufficients(ctx, who)).toBe('reaped')
  })

  it('refuse to take the last provider from under a consumer', () => {
    const { ctx } = chainWith()
    pallet.incProviders(ctx, who)
    pallet.incConsumers(ctx, who)
    expect(pallet.canDecProvider(ctx, who)).toBe(false)
    expect(failureOf(() => pallet.decProviders(ctx, who))).toBe('ConsumerRemaining')
    pallet.decConsumers(ctx, who)
    expect(pallet.decProviders(ctx, who)).toBe('reaped')
  })

  it('need a provider for a consumer, and allow 16', () => {
    const { ctx } = chainWith()
    expect(failureOf(() => pallet.incConsumers(ctx, who))).toBe('NoProviders')
    pallet.incProviders(ctx, who)
    for (let i = 0; i < 16; i++) pallet.incConsumers(ctx, who)
    expect(pallet.canIncConsumer(ctx, who)).toBe(false)
    expect(failureOf(() => pallet.incConsumers(ctx, who))).toBe('TooManyConsumers')
    pallet.incConsumersWithoutLimit(ctx, who)
    expect(pallet.consumers(ctx, who)).toBe(17)
  })

  it('count nonces', () => {
    const { ctx } = chainWith()
    pallet.incNonce(ctx, who)
    pallet.incNonce(ctx, who)
    expect(pallet.nonceOf(ctx, who)).toBe(2)
  })
})

describe('raw storage', () => {
  const key = hexToBytes(`0x${'ab'.repeat(20)}`)

  it('written by set_storage is what pallets read', () => {
    const chain = chainWith()
    const raw = storage.BlockHash.key({ number: 7 })
    const bytes = Uint8Array.from(raw, (char) => char.charCodeAt(0))
    chain.run('root', calls.set_storage({ items: [[bytes, new Uint8Array(32).fill(9)]] }))
    expect(storage.BlockHash.get(chain.ctx, { number: 7 })).toBe(`0x${'09'.repeat(32)}`)
  })

  it('is removed by kill_storage and kill_prefix', () => {
    const chain = chainWith()
    const keys = [1, 2, 3].map((n) => new Uint8Array([...key, n]))
    const value = encode(u16, 5)
    chain.run('root', calls.set_storage({ items: keys.map((name) => [name, value] as [Uint8Array, Uint8Array]) }))
    chain.run('root', calls.kill_storage({ keys: [keys[0]!] }))
    const left = () => chain.ctx.overlay.keys(bytesToByteString(key)).length
    expect(left()).toBe(2)
    chain.run('root', calls.kill_prefix({ prefix: key, subkeys: 1 }))
    expect(left()).toBe(1)
  })

  it.each([
    ['set_storage', calls.set_storage({ items: [] })],
    ['kill_storage', calls.kill_storage({ keys: [] })],
    ['kill_prefix', calls.kill_prefix({ prefix: key, subkeys: 1 })],
    ['set_heap_pages', calls.set_heap_pages({ pages: 1n })],
    ['set_code', calls.set_code({ code: key })],
    ['set_code_without_checks', calls.set_code_without_checks({ code: key })],
    ['authorize_upgrade', calls.authorize_upgrade({ code_hash: `0x${'00'.repeat(32)}` })],
    ['authorize_upgrade_without_checks', calls.authorize_upgrade_without_checks({ code_hash: `0x${'00'.repeat(32)}` })],
  ])('%s is for root only', (_name, call) => {
    expect(chainWith().error(who, call)).toBe('BadOrigin')
  })
})

describe('remarks', () => {
  it('leave the hash of their bytes in an event', () => {
    const chain = chainWith()
    const remark = utf8ToBytes('hello')
    expect(chain.run(who, calls.remark({ remark }))).toEqual([])
    expect(chain.run(who, calls.remark_with_event({ remark }))).toEqual([
      { pallet: 'System', name: 'Remarked', data: { sender: who, hash: bytesToHex(blake2_256(remark)) } },
    ])
    expect(chain.error('root', calls.remark_with_event({ remark }))).toBe('BadOrigin')
  })
})

describe('code', () => {
  const code = utf8ToBytes('code')
  const code_hash = bytesToHex(blake2_256(code))

  it('states no version, so a checked upgrade is refused', () => {
    expect(chainWith().error('root', calls.set_code({ code }))).toBe('System.FailedToExtractRuntimeVersion')
  })

  it('is stored by set_code_without_checks', () => {
    const chain = chainWith()
    expect(names(chain.run('root', calls.set_code_without_checks({ code })))).toEqual(['System.CodeUpdated'])
    expect(chain.ctx.overlay.getRaw(CODE_KEY)).toEqual(code)
    expect(storage.Digest.get(chain.ctx).logs).toEqual([{ type: 'RuntimeEnvironmentUpdated' }])
  })

  it('authorised without checks can be installed by anybody, once', () => {
    const chain = chainWith()
    expect(chain.error(who, calls.apply_authorized_upgrade({ code }))).toBe('System.NothingAuthorized')
    chain.run('root', calls.authorize_upgrade_without_checks({ code_hash }))
    expect(chain.error(who, calls.apply_authorized_upgrade({ code: utf8ToBytes('other') }))).toBe('System.Unauthorized')
    expect(names(chain.run(who, calls.apply_authorized_upgrade({ code })))).toEqual(['System.CodeUpdated'])
    expect(chain.error(who, calls.apply_authorized_upgrade({ code }))).toBe('System.NothingAuthorized')
  })

  it('authorised with checks is rejected when it is brought', () => {
    const chain = chainWith()
    expect(names(chain.run('root', calls.authorize_upgrade({ code_hash })))).toEqual(['System.UpgradeAuthorized'])
    expect(names(chain.run(who, calls.apply_authorized_upgrade({ code })))).toEqual([
      'System.RejectedInvalidAuthorizedUpgrade',
    ])
  })

  it('heap pages are stored for clients', () => {
    const chain = chainWith()
    chain.run('root', calls.set_heap_pages({ pages: 32n }))
    expect(bytesToHex(chain.ctx.overlay.getRaw(HEAP_PAGES_KEY)!)).toBe('0x2000000000000000')
  })
})

describe('blocks', () => {
  const dispatch = { weight: { refTime: 5n, proofSize: 6n }, class: 'Normal', pays: 'Yes' } as const
  const totals = {
    extrinsicCount: 0,
    length: 0,
    weight: {
      Normal: { refTime: 1n, proofSize: 0n },
      Operational: { refTime: 0n, proofSize: 0n },
      Mandatory: { refTime: 2n, proofSize: 0n },
    },
  }

  it('record number, parent, digest, events and weight', () => {
    const chain = new TestChain([system], { block: 5n })
    const { ctx } = chain
    pallet.initialise(ctx, [{ type: 'Other', value: utf8ToBytes('x') }])
    ctx.phase = { type: 'ApplyExtrinsic', value: 0 }
    pallet.noteApplied(ctx, { ok: true, actualWeight: undefined, pays: undefined }, dispatch)
    pallet.noteApplied(ctx, { ok: false, error: { type: 'BadOrigin' }, code: 'BadOrigin' }, dispatch)
    pallet.finalise(ctx, totals)
    expect(storage.Number.get(ctx)).toBe(5)
    expect(storage.ParentHash.get(ctx)).toBe(ctx.parentHash)
    expect(storage.BlockHash.get(ctx, { number: 4 })).toBe(ctx.parentHash)
    expect(storage.Digest.get(ctx).logs).toHaveLength(1)
    expect(storage.EventCount.get(ctx)).toBe(2)
    expect(storage.Events.get(ctx).map(({ phase, event }) => [phase, event.name])).toEqual([
      [{ type: 'ApplyExtrinsic', value: 0 }, 'ExtrinsicSuccess'],
      [{ type: 'ApplyExtrinsic', value: 0 }, 'ExtrinsicFailed'],
    ])
    expect(storage.BlockWeight.get(ctx).mandatory).toEqual({ ref_time: 2n, proof_size: 0n })
    expect(storage.ExecutionPhase.get(ctx)).toBeUndefined()
  })

  it('forget hashes older than 2400 blocks, but not that of the genesis block', () => {
    const chain = new TestChain([system], { block: 1n })
    for (const block of [1n, 2n]) {
      chain.goTo(block)
      pallet.initialise(chain.ctx, [])
      pallet.finalise(chain.ctx, totals)
    }
    for (const block of [2401n, 2402n]) {
      chain.goTo(block)
      pallet.initialise(chain.ctx, [])
      pallet.finalise(chain.ctx, totals)
    }
    const kept = [...storage.BlockHash.keys(chain.ctx)].map(({ number }) => number).sort((a, b) => a - b)
    expect(kept).toEqual([0, 2400, 2401])
  })
})
