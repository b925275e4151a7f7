/** The local beacon over HTTP, the client with several servers, and the memory of work done ahead. */
import { execFileSync } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { isNeuriteError } from '@neurite/primitives/errors'
import { ENTROPY_LENGTH, encrypt, verifyPulse } from '@neurite/primitives/timelock'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  createBeaconClient,
  createLocalBeacon,
  createTimelockMemo,
  createTimelockThread,
  missingRounds,
  parsePulse,
  startBeaconServer,
} from './index.ts'

const SEED = new TextEncoder().encode('the beacon of these tests')
const GENESIS = 1_700_000_000
/** Round 10 is the newest. */
const beacon = createLocalBeacon({ seed: SEED, period: 3, genesisTime: GENESIS, now: () => GENESIS + 28 })

beforeAll(() => {
  // The thread runs the built files.
  execFileSync(process.execPath, [fileURLToPath(new URL('../../../../scripts/build.mjs', import.meta.url))])
})

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function serve(): Promise<string> {
  const server = await startBeaconServer(beacon)
  opened.push(server)
  return server.url
}

/** A server that does with every request what `listener` does. */
async function strange(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  opened.push({
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const clientOf = (endpoints: readonly string[], timeoutMs = 5000) =>
  createBeaconClient({ endpoints, hash: beacon.info.hash, timeoutMs })

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  if (!isNeuriteError(error, 'BeaconUnreachable')) throw error
  return error.message
}

describe('the local beacon', () => {
  it('gives what has been, and nothing that is to come', async () => {
    const latest = await beacon.latest()
    expect(latest.round).toBe(10n)
    expect(verifyPulse(beacon.info.publicKey, 10n, latest.signature)).toBe(true)
    expect(await beacon.round(10n)).toEqual(latest)
    expect(await failureOf(beacon.round(11n))).toContain('Round `11` is not out')
    expect(await failureOf(beacon.round(0n))).toContain('from 1 to 10')
  })

  it('is the same for everybody with its key', () => {
    const again = createLocalBeacon({ seed: SEED, period: 3, genesisTime: GENESIS })
    expect(again.info).toEqual(beacon.info)
    expect(createLocalBeacon({ seed: SEED, period: 1 }).info.hash).not.toEqual(beacon.info.hash)
  })

  it('answers the paths of drand', async () => {
    const url = await serve()
    const hash = Buffer.from(beacon.info.hash).toString('hex')
    const info = await (await fetch(`${url}/${hash}/info`)).json()
    expect(info).toMatchObject({ period: 3, genesis_time: GENESIS, hash, schemeID: 'bls-unchained-g1-rfc9380' })
    const pulse = parsePulse(await (await fetch(`${url}/${hash}/public/7`)).text())
    expect(pulse).toEqual(await beacon.round(7n))
    for (const path of ['/', `/${hash}/public/11`, `/${hash}/public/x`, `/${'00'.repeat(32)}/public/latest`]) {
      const response = await fetch(url + path)
      expect(response.status).toBe(404)
      await response.text()
    }
  })
})

describe('the client', () => {
  it('asks for the latest pulse and for a round', async () => {
    const client = clientOf([await serve()])
    expect((await client.latest()).round).toBe(10n)
    expect(await client.round(3n)).toEqual(await beacon.round(3n))
  })

  it('takes the first good answer, whatever the others do', async () => {
    const client = clientOf([
      'http://127.0.0.1:1',
      await strange((_request, response) => response.writeHead(500).end()),
      await strange((_request, response) => response.end('{"round":"1"}')),
      await strange((_request, response) => response.end('x'.repeat(100_000))),
      await strange(() => undefined),
      await serve(),
    ])
    expect((await client.latest()).round).toBe(10n)
  })

  it('says of each server why it has no pulse', async () => {
    const broken = await strange((_request, response) => response.end('{"round":1,"randomness":"not","signature":}'))
    const long = await strange((_request, response) => response.end('x'.repeat(100_000)))
    const message = await failureOf(clientOf([broken, long, await serve()]).round(11n))
    expect(message).toContain('round `11`')
    expect(message).toContain(`${broken}: the answer is no pulse`)
    expect(message).toContain(`${long}: the answer is longer`)
    expect(message).toContain('status 404')
  })

  it('does not wait for ever', async () => {
    const silent = await strange(() => undefined)
    expect(await failureOf(clientOf([silent], 20).latest())).toContain('within 20 ms')
  })

  it('takes no text for a pulse that is none', () => {
    fc.assert(fc.property(fc.string(), (text) => parsePulse(text) === undefined))
    fc.assert(
      fc.property(fc.json(), (text) => {
        const pulse = parsePulse(text)
        return pulse === undefined || (pulse.signature.length <= 144 && pulse.randomness.length <= 32)
      }),
    )
    expect(parsePulse('{"round":1,"randomness":"00","signature":"0g"}')).toBeUndefined()
    expect(parsePulse(`{"round":1,"randomness":"00","signature":"${'00'.repeat(145)}"}`)).toBeUndefined()
    expect(parsePulse('{"round":1.5,"randomness":"00","signature":"00"}')).toBeUndefined()
  })
})

describe('rounds that are missing', () => {
  const none = () => []
  it('are all since the last one', () => {
    expect(missingRounds(7n, 10n, none)).toEqual([8n, 9n, 10n])
    expect(missingRounds(10n, 10n, none)).toEqual([])
    expect(missingRounds(11n, 10n, none)).toEqual([])
  })

  it('start with the latest on a new chain', () => {
    expect(missingRounds(0n, 10n, none)).toEqual([10n])
    expect(missingRounds(0n, 0n, none)).toEqual([])
  })

  it('are after a long pause those that are waited for, and the latest', () => {
    expect(missingRounds(10n, 1000n, () => [500n, 20n, 5n, 20n, 1000n, 2000n])).toEqual([20n, 500n, 1000n])
    const many = Array.from({ length: 80 }, (_, i) => 100n - BigInt(i))
    const rounds = missingRounds(10n, 1000n, () => many)
    expect(rounds).toHaveLength(50)
    expect(rounds[0]).toBe(21n)
    expect(rounds.at(-1)).toBe(70n)
  })
})

describe('the memory', () => {
  it('gives the results of the functions themselves, failures too', async () => {
    const memo = createTimelockMemo()
    const pulse = await beacon.round(5n)
    const message = new Uint8Array([1, 2, 3])
    const locked = encrypt(message, 5n, beacon.info.publicKey, new Uint8Array(ENTROPY_LENGTH).fill(7))
    for (let i = 0; i < 2; i++) {
      expect(memo.verifyPulse(beacon.info.publicKey, 5n, pulse.signature)).toBe(true)
      expect(memo.verifyPulse(beacon.info.publicKey, 6n, pulse.signature)).toBe(false)
      expect(memo.decrypt(locked, pulse.signature)).toEqual(message)
      expect(() => memo.decrypt(locked.subarray(1), pulse.signature)).toThrow(/Time-locked message/)
    }
    expect(memo.remembered).toBe(4)
  })

  it.each([
    ['on a thread', createTimelockThread()],
    ['here when the thread cannot start', createTimelockThread('/no/such/file.js')],
    ['here without a thread', undefined],
  ])('works ahead %s', async (_where, thread) => {
    if (thread) opened.push(thread)
    const memo = createTimelockMemo(thread ? { thread } : {})
    const { signature } = await beacon.round(5n)
    const message = new Uint8Array([1, 2, 3])
    const locked = encrypt(message, 5n, beacon.info.publicKey, new Uint8Array(ENTROPY_LENGTH).fill(7))
    const verdicts = [5n, 6n].map((round) => memo.verifyPulseAhead(beacon.info.publicKey, round, signature))
    expect(await Promise.all(verdicts)).toEqual([true, false])
    await expect(memo.verifyPulseAhead(beacon.info.publicKey, 5n, new Uint8Array(48))).rejects.toMatchObject({
      code: 'InvalidPoint',
    })
    await memo.decryptAhead(locked, signature)
    await memo.decryptAhead(locked.subarray(1), signature)
    expect(memo.remembered).toBe(5)
    expect(memo.decrypt(locked, signature)).toEqual(message)
    expect(() => memo.decrypt(locked.subarray(1), signature)).toThrow(/Time-locked message/)
    expect(memo.remembered).toBe(5)
  })

  it('forgets the oldest when it is full', async () => {
    const memo = createTimelockMemo({ capacity: 2 })
    for (let i = 0; i < 5; i++) expect(() => memo.decrypt(new Uint8Array(i), new Uint8Array(48))).toThrow()
    expect(memo.remembered).toBe(2)
  })
})
