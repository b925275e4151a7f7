import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { verify } from '@neurite/primitives/crypto'
import { encodeBare } from '@neurite/primitives/extrinsic'
import { devKeypair } from '@neurite/primitives/keyring'
import { encode } from '@neurite/primitives/scale'
import { beaconPublicKey, QUICKNET, signPulse } from '@neurite/primitives/timelock'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  FAST_PROFILE,
  NONE,
  Overlay,
  type RuntimeCall,
  runtimeCall,
  TransactionValidityError,
  U64_MAX,
} from '../../frame/index.ts'
import { createRuntime, devGenesis, PALLETS } from '../../index.ts'
import { names, TestChain, testAccount } from '../../testing/harness.ts'
import { MemoryState } from '../../testing/memoryState.ts'
import { calls, configurationOf, PulsesPayload, storage } from './index.ts'
import type { Pulse } from './types.ts'

const utf8 = new TextEncoder()
const SEED = utf8.encode('the beacon of these tests')
const BEACON = { ...QUICKNET, publicKey: beaconPublicKey(SEED) }
const alice = devKeypair('Alice')
const PUBLIC = { type: 'Sr25519', value: hexToBytes(alice.publicKey) } as const

/** Quicknet's pulse 1000. */
const PULSE_1000: Pulse = {
  round: 1000n,
  randomness: hexToBytes('0xfe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd'),
  signature: hexToBytes(
    '0xb44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
  ),
}

function write(pulses: readonly Pulse[], block_number = 1): RuntimeCall {
  return calls.write_pulse({ pulses_payload: { block_number, pulses, public: PUBLIC }, signature: undefined })
}

let chain: TestChain
beforeEach(() => {
  chain = new TestChain(PALLETS)
})

/** Error of an unsigned call; undefined when it succeeds. */
function failure(call: RuntimeCall): string | undefined {
  const outcome = chain.dispatch(NONE, call)
  return outcome.ok ? undefined : outcome.code
}

function ours(): void {
  storage.BeaconConfig.set(chain.ctx, configurationOf(BEACON))
}

describe('pulses', () => {
  it('are stored when quicknet signed them', () => {
    expect(failure(write([PULSE_1000]))).toBeUndefined()
    expect(storage.Pulses.get(chain.ctx, { round: 1000n })).toEqual(PULSE_1000)
    expect(storage.LastStoredRound.get(chain.ctx)).toBe(1000n)
    expect(storage.OldestStoredRound.get(chain.ctx)).toBe(1000n)
    expect(storage.NextUnsignedAt.get(chain.ctx)).toBe(1)
    expect(chain.ctx.events.at(-1)?.event.data).toEqual({ rounds: [1000n] })
  })

  it('are passed over when the signature is of another round, and fail the call when it is none', () => {
    expect(failure(write([{ ...PULSE_1000, round: 1001n }]))).toBeUndefined()
    expect(storage.Pulses.get(chain.ctx, { round: 1001n })).toBeUndefined()
    expect(storage.LastStoredRound.get(chain.ctx)).toBe(0n)
    expect(chain.ctx.events).toEqual([])
    expect(failure(write([{ ...PULSE_1000, signature: new Uint8Array(48) }]))).toBe('Drand.PulseVerificationError')
  })

  it('must have rising rounds, with gaps', () => {
    ours()
    expect(failure(write([signPulse(SEED, 5n), signPulse(SEED, 9n)]))).toBeUndefined()
    expect(storage.OldestStoredRound.get(chain.ctx)).toBe(5n)
    expect(failure(write([signPulse(SEED, 9n)]))).toBe('Drand.InvalidRoundNumber')
    expect(failure(write([signPulse(SEED, 11n), signPulse(SEED, 10n)]))).toBe('Drand.InvalidRoundNumber')
    expect(storage.LastStoredRound.get(chain.ctx)).toBe(9n)
  })

  it('come from nobody: a signer and root are refused', () => {
    expect(chain.error(testAccount(1), write([PULSE_1000]))).toBe('BadOrigin')
    expect(chain.error('root', write([PULSE_1000]))).toBe('BadOrigin')
  })

  it('leave after a week, at most 100 with each call', () => {
    ours()
    const last = 1n + 216_000n + 250n
    storage.OldestStoredRound.set(chain.ctx, 1n)
    storage.LastStoredRound.set(chain.ctx, last - 1n)
    for (let round = 1n; round <= 151n; round++) storage.Pulses.set(chain.ctx, { round }, PULSE_1000)
    expect(failure(write([signPulse(SEED, last)]))).toBeUndefined()
    expect(storage.OldestStoredRound.get(chain.ctx)).toBe(101n)
    expect(storage.Pulses.has(chain.ctx, { round: 100n })).toBe(false)
    expect(storage.Pulses.has(chain.ctx, { round: 101n })).toBe(true)
    expect(storage.Pulses.has(chain.ctx, { round: last })).toBe(true)
  })

  it('with any bytes end in an error of the pallet or in nothing', () => {
    const pulse = fc.record({
      round: fc.bigInt({ min: 0n, max: U64_MAX }),
      randomness: fc.uint8Array({ maxLength: 32 }),
      signature: fc.uint8Array({ maxLength: 144 }),
    })
    const property = fc.property(fc.array(pulse, { maxLength: 4 }), (pulses) => {
      expect([undefined, 'Drand.PulseVerificationError']).toContain(failure(write(pulses)))
      expect(storage.LastStoredRound.get(chain.ctx)).toBe(0n)
    })
    fc.assert(property, { numRuns: 100 })
  })
})

describe('root', () => {
  it('sets the beacon and the oldest round, and nobody else does', () => {
    const config_payload = { block_number: 1, config: configurationOf(BEACON), public: PUBLIC }
    const set = calls.set_beacon_config({ config_payload, signature: undefined })
    expect(chain.error(testAccount(1), set)).toBe('BadOrigin')
    expect(failure(set)).toBe('BadOrigin')
    expect(names(chain.run('root', set))).toEqual(['Drand.BeaconConfigChanged'])
    expect(storage.BeaconConfig.get(chain.ctx)).toEqual(configurationOf(BEACON))
    expect(storage.NextUnsignedAt.get(chain.ctx)).toBe(2)
    expect(names(chain.run('root', calls.set_oldest_stored_round({ oldest_round: 7n })))).toEqual([
      'Drand.SetOldestStoredRound',
    ])
    expect(chain.error(testAccount(1), calls.set_oldest_stored_round({ oldest_round: 8n }))).toBe('BadOrigin')
    expect(storage.OldestStoredRound.get(chain.ctx)).toBe(7n)
  })
})

describe('the pool', () => {
  const runtime = createRuntime({
    profile: FAST_PROFILE,
    host: { verify: (_scheme, signature, message, who) => verify('sr25519', signature, message, hexToBytes(who)) },
  })
  const reader = new MemoryState()
  reader.apply(runtime.genesis({ ...devGenesis(FAST_PROFILE, { beacon: BEACON }) }))

  function signedPayload(payload: PulsesPayload, by = alice): Uint8Array {
    const signature = { type: 'Sr25519', value: by.sign(encode(PulsesPayload, payload)) } as const
    return encodeBare(encode(runtimeCall, calls.write_pulse({ pulses_payload: payload, signature })))
  }

  /** What the pool says of a call after genesis and `prepare`. */
  function judge(bytes: Uint8Array, prepare: (overlay: TestChain['ctx']) => void = () => undefined) {
    const ctx = runtime.contextOn(new Overlay(reader), 0n, `0x${'11'.repeat(32)}`)
    prepare(ctx)
    try {
      return runtime.validateIn(ctx, 'External', bytes)
    } catch (error) {
      if (error instanceof TransactionValidityError) return error.value.value.type
      throw error
    }
  }

  const payload: PulsesPayload = { block_number: 1, pulses: [signPulse(SEED, 1000n)], public: PUBLIC }

  it('takes a signed pulse, the earliest round first, and does not pass it on', () => {
    const valid = judge(signedPayload(payload))
    expect(valid).toMatchObject({ priority: U64_MAX, longevity: 3n, propagate: false, requires: [] })
    const far = { ...payload, pulses: [signPulse(SEED, 2n ** 40n)] }
    expect(judge(signedPayload(far))).toMatchObject({ priority: (1n << 20n) + (U64_MAX - 2n ** 40n) })
  })

  it('knows pulses of one round as the same', () => {
    const tag = (p: PulsesPayload) => (judge(signedPayload(p)) as { provides: Uint8Array[] }).provides.map(bytesToHex)
    expect(tag(payload)).toEqual(tag({ ...payload, block_number: 0 }))
    expect(tag(payload)).not.toEqual(tag({ ...payload, pulses: [signPulse(SEED, 1001n)] }))
  })

  it('refuses what cannot be stored', () => {
    const unsignedCall = calls.write_pulse({ pulses_payload: payload, signature: undefined })
    expect(judge(encodeBare(encode(runtimeCall, unsignedCall)))).toBe('BadSigner')
    expect(judge(signedPayload(payload, devKeypair('Bob')))).toBe('BadProof')
    expect(judge(signedPayload({ ...payload, public: { type: 'Ed25519', value: hexToBytes(alice.publicKey) } }))).toBe(
      'BadProof',
    )
    expect(judge(signedPayload({ ...payload, block_number: 2 }))).toBe('Future')
    expect(judge(signedPayload({ ...payload, pulses: [] }))).toBe('Call')
    expect(judge(signedPayload({ ...payload, pulses: [payload.pulses[0]!, payload.pulses[0]!] }))).toBe('Call')
    const other = { ...payload.pulses[0]!, round: 1001n }
    expect(judge(signedPayload({ ...payload, pulses: [other] }))).toBe('BadProof')
    const none = { ...payload.pulses[0]!, signature: new Uint8Array(48) }
    expect(judge(signedPayload({ ...payload, pulses: [none] }))).toBe('BadProof')
    expect(judge(signedPayload(payload), (ctx) => storage.LastStoredRound.set(ctx, 1000n))).toBe('Stale')
    expect(judge(signedPayload(payload), (ctx) => storage.NextUnsignedAt.set(ctx, 2))).toBe('Stale')
  })

  it('refuses every other unsigned call', () => {
    const oldest = encode(runtimeCall, calls.set_oldest_stored_round({ oldest_round: 1n }))
    expect(judge(encodeBare(oldest))).toBe('Call')
    const remark = PALLETS.find(({ name }) => name === 'System')!.calls.find(({ callName }) => callName === 'remark')!
    expect(judge(encodeBare(encode(runtimeCall, remark({ remark: new Uint8Array() }))))).toBe('NoUnsignedValidator')
  })

  it('does not keep a false pulse out of a block of another author', () => {
    const builder = runtime.startBlock({ reader }, { hash: `0x${'11'.repeat(32)}`, number: 0 }, [])
    const other = { ...payload, pulses: [{ ...payload.pulses[0]!, round: 1001n }] }
    expect(builder.apply(signedPayload(other))).toEqual({ ok: true })
    expect(builder.apply(signedPayload(payload))).toEqual({ ok: true })
  })

  it('judges the same pulse again in the block', () => {
    const builder = runtime.startBlock({ reader }, { hash: `0x${'11'.repeat(32)}`, number: 0 }, [])
    expect(builder.apply(signedPayload(payload))).toEqual({ ok: true })
    expect(() => builder.apply(signedPayload(payload))).toThrow()
  })
})
