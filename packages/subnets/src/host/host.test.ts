import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { fromQ, type Miner, prepareMiners } from '@neurite/sdk/mechanism'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMemoriser } from '../embed/index.ts'
import { createBadMiner } from '../embed/miner-bad.ts'
import { createOkMiner } from '../embed/miner-ok.ts'
import { embed } from '../index.ts'
import { createMemoryChain, type MemoryChain } from '../testing/index.ts'
import {
  createCaller,
  createValidator,
  ipNumber,
  ipText,
  ledgerName,
  startMinerServer,
  type Validator,
} from './index.ts'

const validatorKey = keypairFromSuri('//Validator')
const bases = await prepareMiners(embed, { seed: 'base' })
const closers: (() => unknown)[] = []
let folder: string
let chain: MemoryChain

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neurite-host-'))
  chain = createMemoryChain({ tempo: 20 })
  chain.register(validatorKey.publicKey)
})

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  rmSync(folder, { recursive: true })
})

async function serve(name: string, miner: Miner<any, any>, announced: Keypair = keypairFromSuri(`//${name}`)) {
  const keypair = keypairFromSuri(`//${name}`)
  const server = await startMinerServer({ subnet: embed, miner, keypair, host: '127.0.0.1', port: 0 })
  closers.push(() => server.close())
  const uid = chain.register(announced.publicKey)
  chain.setAxon(announced.publicKey, { ip: '127.0.0.1', port: server.port })
  return { uid, server, keypair }
}

function validator(): Validator {
  const made = createValidator({
    subnet: embed,
    netuid: 2,
    keypair: validatorKey,
    chain: chain.viewFor(validatorKey.publicKey),
    bases,
    ledgerPath: join(folder, 'memory.json'),
    seed: 'test',
  })
  closers.push(() => made.close())
  return made
}

describe('a validator over real axons', () => {
  test('asks all, remembers, pays the better miner more and a cheat nothing', async () => {
    const ok = await serve('ok', createOkMiner({ seed: '1' }))
    const cheat = await serve('memoriser', createMemoriser({ seed: '1' }))
    const bad = await serve('bad', createBadMiner({ seed: '1' }))
    const made = validator()
    for (let i = 0; i < 5; i++) await made.round()
    const report = await made.round()
    expect(report?.round).toBe(6)
    expect(report?.outcomes.map(({ target, status }) => [target.uid, status])).toEqual([
      [ok.uid, 'answered'],
      [cheat.uid, 'answered'],
      [bad.uid, 'answered'],
    ])
    const submitted = await made.submit()
    expect(submitted).toMatchObject({ uids: [ok.uid], values: [65_535] })
    expect(chain.weights.get(validatorKey.publicKey)).toEqual([[ok.uid, 65_535]])

    expect(await made.submit(), 'not twice in an epoch').toBeUndefined()
    chain.advance(20)
    expect(await made.submit()).toMatchObject({ block: 21 })
  })

  test('goes on from its memory after a restart, even with a half-written file left over', async () => {
    await serve('ok', createOkMiner({ seed: '1' }))
    const first = validator()
    const before = await first.round()
    writeFileSync(join(folder, 'memory.json.part'), '{"format":"neurite-l')
    const after = await validator().round()
    expect(after?.round).toBe(2)
    const [old, now] = [before!, after!].map(({ standings }) => standings[0]!)
    expect(now!.rounds).toBe(2)
    const last = fromQ(after!.outcomes[0]!.score)
    expect(fromQ(now!.score)).toBeCloseTo((fromQ(old!.score) + last) / 2, 6)
    expect(existsSync(join(folder, 'memory.json.part'))).toBe(false)
    expect(JSON.parse(readFileSync(join(folder, 'memory.json'), 'utf8')).rounds).toBe(2)
  })

  test('an answer under another key, without a signature or from nowhere counts as none', async () => {
    const other = keypairFromSuri('//Other')
    const impostor = await serve('impostor', createOkMiner({ seed: '1' }), other)
    const plain = createServer((_, response) => response.end('{"vectors":[]}'))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    closers.push(() => plain.close())
    const unsigned = keypairFromSuri('//Unsigned')
    const gone = keypairFromSuri('//Gone')
    for (const key of [unsigned, gone]) chain.register(key.publicKey)
    chain.setAxon(unsigned.publicKey, { ip: '127.0.0.1', port: (plain.address() as AddressInfo).port })
    chain.setAxon(gone.publicKey, { ip: '127.0.0.1', port: 1 })

    const report = await validator().round()
    expect(report?.outcomes.map(({ target, status, score }) => [target.uid, status, score])).toEqual([
      [impostor.uid, 'silent', 0n],
      [2, 'silent', 0n],
      [3, 'silent', 0n],
    ])
    expect(report?.outcomes[1]?.reason).toContain('its answer is not signed')
  })

  test('without miners there is no round and nothing to submit', async () => {
    const made = validator()
    expect(await made.round()).toBeUndefined()
    expect(await made.submit()).toBeUndefined()
  })
})

describe('a miner server', () => {
  test('refuses asks beyond the limits and answers the next one', async () => {
    const { server, uid, keypair } = await serve('bad', createBadMiner({ seed: '1' }))
    const caller = createCaller(embed, validatorKey)
    closers.push(() => caller.close())
    const neuron = { uid, hotkey: keypair.publicKey, axon: { ip: '127.0.0.1', port: server.port } }
    const ask = (value: object) => caller.ask(neuron, value as never, { deadlineMs: 3_000 })

    await expect(ask({ texts: Array(97).fill('x'), dims: 64 })).rejects.toThrow('422')
    await expect(ask({ texts: ['x'], dims: 8 })).rejects.toThrow('a whole number from 16 to 512')
    await expect(ask({ texts: ['x'.repeat(3_000_000)], dims: 64 })).rejects.toThrow('413')
    const reply = await ask({ texts: ['x'], dims: 64 })
    expect(embed.answer.decode(reply.answer)).toMatchObject({ vectors: [expect.any(Float32Array)] })
    expect(reply.signature).toMatch(/^0x[0-9a-f]{128}$/)
  })
})

test('a miner may refuse callers by name', async () => {
  const server = await startMinerServer({
    subnet: embed,
    miner: createBadMiner({ seed: '1' }),
    keypair: keypairFromSuri('//picky'),
    host: '127.0.0.1',
    port: 0,
    refusalOf: (hotkey) => (hotkey === validatorKey.address ? undefined : 'only validators may ask'),
  })
  closers.push(() => server.close())
  const neuron = { uid: 0, hotkey: keypairFromSuri('//picky').publicKey, axon: { ip: '127.0.0.1', port: server.port } }
  const ask = async (key: Keypair) => {
    const caller = createCaller(embed, key)
    closers.push(() => caller.close())
    return await caller.ask(neuron, { texts: ['x'], dims: 16 }, { deadlineMs: 3_000 })
  }
  expect(await ask(validatorKey)).toHaveProperty('signature')
  await expect(ask(keypairFromSuri('//Stranger'))).rejects.toThrow(
    '403 Forbidden. Key is blacklisted: only validators may ask.',
  )
})

test('addresses', () => {
  expect(ipText(ipNumber('127.0.0.2'), 4)).toBe('127.0.0.2')
  expect(ipText(1n, 6)).toBe('0:0:0:0:0:0:0:1')
  expect(() => ipNumber('1.2.3.256')).toThrow('Address `1.2.3.256` cannot be announced.')
  expect(ledgerName(embed, 2, validatorKey.publicKey)).toMatch(/^validator-embed-2-[0-9a-f]{16}\.json$/)
})
