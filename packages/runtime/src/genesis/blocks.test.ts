/** The first blocks of the dev network, with signed extrinsics: what they cost, what they leave, what is refused. */
import { hexToBytes } from '@neurite/primitives/bytes'
import { verify } from '@neurite/primitives/crypto'
import { encodeExtra, encodeSigned, IMMORTAL, signingPayload } from '@neurite/primitives/extrinsic'
import { devKeypair } from '@neurite/primitives/keyring'
import { decode, encode } from '@neurite/primitives/scale'
import { describe, expect, it } from 'vitest'
import { addressOf, FAST_PROFILE, type RuntimeCall, runtimeCall, TransactionValidityError } from '../frame/index.ts'
import { createRuntime } from '../index.ts'
import { slotDigest } from '../pallets/aura/index.ts'
import { calls as balances } from '../pallets/balances/index.ts'
import { calls as sudo } from '../pallets/sudo/index.ts'
import { calls as system, storage as systemStorage } from '../pallets/system/index.ts'
import { MemoryState } from '../testing/memoryState.ts'
import { DEV_ACCOUNTS, devGenesis } from './index.ts'

const { Alice, Bob, One } = DEV_ACCOUNTS
/** Stands for the genesis hash: hashing headers is the node's part. */
const GENESIS = `0x${'ab'.repeat(32)}` as const
const SLOT = 1000n

const runtime = createRuntime({
  profile: FAST_PROFILE,
  host: {
    verify: (scheme, signature, message, who) =>
      verify(scheme === 'Sr25519' ? 'sr25519' : 'ed25519', signature, message, hexToBytes(who)),
  },
})

function signed(name: 'Alice' | 'Bob', call: RuntimeCall, nonce = 0, tip = 0n): Uint8Array {
  const keypair = devKeypair(name)
  const callBytes = encode(runtimeCall, call)
  const extra = encodeExtra({ era: IMMORTAL, nonce, tip, metadataHashMode: 'Disabled' })
  const implied = { specVersion: 425, transactionVersion: 1, genesisHash: GENESIS, birthHash: GENESIS }
  const value = keypair.sign(signingPayload(callBytes, extra, implied))
  return encodeSigned(addressOf(keypair.publicKey), { type: 'Sr25519', value }, extra, callBytes)
}

/** Builds block 1 with the inherent and `extrinsics`; returns how each ended and what is then in the state. */
function firstBlock(extrinsics: readonly Uint8Array[]) {
  const state = new MemoryState()
  state.apply(runtime.genesis(devGenesis(FAST_PROFILE) as unknown as Record<string, unknown>))
  const builder = runtime.startBlock({ reader: state }, { hash: GENESIS, number: 0 }, [slotDigest(SLOT)])
  for (const inherent of builder.inherents({ timestampMs: SLOT * 250n })) builder.apply(inherent)
  const results = extrinsics.map((bytes) => {
    try {
      return builder.apply(bytes)
    } catch (error) {
      if (error instanceof TransactionValidityError) return error.value
      throw error
    }
  })
  const finished = builder.finish()
  state.apply(finished.changes)
  const free = (who: typeof Alice | typeof Bob | typeof One): bigint => {
    const raw = state.get(systemStorage.Account.key({ account: who }))
    return raw ? decode(systemStorage.Account.valueCodec, raw).data.free : 0n
  }
  const events = decode(systemStorage.Events.valueCodec, finished.events)
  const of = (index: number) =>
    events.filter(({ phase }) => phase.type === 'ApplyExtrinsic' && phase.value === index).map(({ event }) => event)
  return { results, finished, free, of }
}

const before = firstBlock([])
const send = balances.transfer_keep_alive({ dest: addressOf(Bob), value: 1_000_000n })

describe('a transfer', () => {
  const block = firstBlock([signed('Alice', send, 0, 3n)])
  const paid = block.of(1).find((event) => event.name === 'TransactionFeePaid')!.data as { actual_fee: bigint }

  it('costs exactly the fee of its event', () => {
    expect(block.results).toEqual([{ ok: true }])
    expect(block.free(Alice)).toBe(before.free(Alice) - 1_000_000n - paid.actual_fee)
    expect(block.free(Bob)).toBe(before.free(Bob) + 1_000_000n)
    expect(block.free(One)).toBe(before.free(One) + paid.actual_fee)
  })

  it('tells its story in order', () => {
    expect(block.of(0).map((event) => event.name)).toEqual(['ExtrinsicSuccess'])
    expect(block.of(1).map((event) => `${event.pallet}.${event.name}`)).toEqual([
      'Balances.Withdraw',
      'Balances.Transfer',
      'Balances.Deposit',
      'Balances.Deposit',
      'TransactionPayment.TransactionFeePaid',
      'System.ExtrinsicSuccess',
    ])
  })

  it('costs what clients were told, plus the tip', () => {
    const bytes = signed('Alice', send, 0, 3n)
    const weight = 108_157_000n / 2000n
    expect(paid.actual_fee - 3n - BigInt(bytes.length) - weight).toBe((38_159_000n + 125_000_000n) / 2000n)
  })
})

describe('a block', () => {
  it('keeps the fee of a call that fails, and nothing else of it', () => {
    const tooMuch = balances.transfer_keep_alive({ dest: addressOf(Bob), value: 1_500_000_000_000_000n })
    const block = firstBlock([signed('Alice', tooMuch)])
    expect(block.results[0]).toMatchObject({ ok: false, error: { type: 'Token' } })
    expect(block.of(1).at(-1)!.name).toBe('ExtrinsicFailed')
    const { actual_fee } = block.of(1).find((event) => event.name === 'TransactionFeePaid')!.data as {
      actual_fee: bigint
    }
    expect(block.free(Alice)).toBe(before.free(Alice) - actual_fee)
    expect(block.free(Bob)).toBe(before.free(Bob))
  })

  it('takes extrinsics of one account in the order of their nonces', () => {
    const remark = (n: number) => signed('Alice', system.remark({ remark: new Uint8Array([n]) }), n)
    expect(firstBlock([remark(0), remark(1), remark(1), remark(5)]).results).toEqual([
      { ok: true },
      { ok: true },
      { type: 'Invalid', value: { type: 'Stale' } },
      { type: 'Invalid', value: { type: 'Future' } },
    ])
  })

  it('lets only the sudo key use sudo, at no cost', () => {
    const call = sudo.sudo({ call: balances.force_set_balance({ who: addressOf(Bob), new_free: 7777n }) })
    const block = firstBlock([signed('Bob', call), signed('Alice', call)])
    expect(block.results).toEqual([{ type: 'Invalid', value: { type: 'BadSigner' } }, { ok: true }])
    expect(block.free(Alice)).toBe(before.free(Alice))
    expect(block.free(Bob)).toBe(7777n)
  })

  it('refuses signatures over something else', () => {
    const bytes = signed('Alice', send)
    bytes[bytes.length - 1]! ^= 1
    expect(firstBlock([bytes]).results).toEqual([{ type: 'Invalid', value: { type: 'BadProof' } }])
  })

  it('is the same every time', () => {
    const [a, b] = [0, 1].map(() => firstBlock([signed('Alice', send)]).finished.changes)
    // Signatures are not repeatable, the state is.
    expect([...a!]).toEqual([...b!])
  })

  it('has to state its time', () => {
    const state = new MemoryState()
    state.apply(runtime.genesis(devGenesis(FAST_PROFILE) as unknown as Record<string, unknown>))
    const builder = runtime.startBlock({ reader: state }, { hash: GENESIS, number: 0 }, [slotDigest(SLOT)])
    expect(() => builder.finish()).toThrow('does not state its time')
  })
})
