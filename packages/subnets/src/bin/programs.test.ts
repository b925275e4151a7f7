import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { devKeypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { type Chain, connectChain } from '@neurite/sdk/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerName } from '../host/index.ts'
import { embed } from '../index.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'neurite-programs-'))
const children: ChildProcess[] = []

interface Program {
  readonly child: ChildProcess
  readonly exit: Promise<number | null>
  /** The next line of this type, or an earlier one not yet taken. */
  next(type: string): Promise<any>
}

/** Starts a program that prints one JSON object per line. */
function start(name: string, script: string, config: object, ...flags: string[]): Program {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(config))
  const child = spawn(process.execPath, [join(root, script), '--config', file, ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  let text = ''
  let log = ''
  let ended = false
  const lines: { readonly type: string }[] = []
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of [...waiting]) look()
  }
  child.stderr.on('data', (chunk) => {
    log += chunk
  })
  child.stdout.on('data', (chunk) => {
    text += chunk
    const parts = text.split('\n')
    text = parts.pop()!
    lines.push(...parts.map((part) => JSON.parse(part)))
    wake()
  })
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  exit.then(() => {
    ended = true
    wake()
  })
  return {
    child,
    exit,
    next: (type) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const at = lines.findIndex((line) => line.type === type)
          if (at < 0 && !ended) return
          waiting.delete(look)
          if (at < 0) reject(new Error(`${name} ended without ${type}: ${JSON.stringify(lines)} ${log}`))
          else resolve(lines.splice(at, 1)[0])
        }
        waiting.add(look)
        look()
      }),
  }
}

/** A port that is free on this machine now. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.2', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

const alice = devKeypair('Alice')
const key = (name: string) => keypairFromSuri(`//programs/${name}`)
let chain: Chain
let url: string
let netuid: number

beforeAll(async () => {
  const { build } = await import(/* @vite-ignore */ join(root, 'scripts/build.mjs'))
  await build()
  const flags = ['--dev', '--block-time', '250ms', '--no-prometheus', '--rpc-port', '0']
  const node = spawn(process.execPath, [join(root, 'packages/node/dist/bin/node.js'), ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.push(node)
  url = await new Promise<string>((resolve, reject) => {
    let text = ''
    node.stdout.on('data', (chunk) => {
      text += chunk
      const found = /ws:\/\/127\.0\.0\.1:\d+/.exec(text)
      if (found !== null) resolve(found[0])
    })
    node.on('close', () => reject(new Error(`the node ended: ${text}`)))
  })
  chain = await connectChain({ url })
  const { SubtensorModule, AdminUtils, Sudo } = chain.tx
  const known = new Set((await chain.query.SubtensorModule.NetworksAdded.entries()).map(([[id]]) => id))
  await chain.submit(SubtensorModule.register_network({ hotkey: key('owner').publicKey }), alice)
  const after = (await chain.query.SubtensorModule.NetworksAdded.entries()).map(([[id]]) => id as number)
  netuid = after.find((id) => !known.has(id))!
  for (const call of [
    AdminUtils.sudo_set_admin_freeze_window({ window: 0 }),
    AdminUtils.sudo_set_tempo({ netuid, tempo: 10 }),
    AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }),
    AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: false }),
  ]) {
    await chain.submit(Sudo.sudo({ call }), alice)
  }
  await chain.submit(SubtensorModule.start_call({ netuid }), alice)
  for (const name of ['validator', 'ok', 'bad']) {
    await chain.submit(SubtensorModule.burned_register({ netuid, hotkey: key(name).publicKey }), alice)
  }
  const stake = { hotkey: key('validator').publicKey, netuid, amount_staked: 1_000_000_000_000n }
  await chain.submit(SubtensorModule.add_stake(stake), alice)
})

afterAll(() => {
  chain?.close()
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const MINER = 'packages/subnets/dist/bin/miner.js'
const VALIDATOR = 'packages/subnets/dist/bin/validator.js'

async function startMiner(model: 'ok' | 'bad', ...flags: string[]): Promise<Program & { readonly port: number }> {
  const port = await freePort()
  const config = {
    subnet: 'embed',
    chain: url,
    netuid,
    hotkey: `//programs/${model}`,
    model,
    ip: '127.0.0.2',
    port,
    data: folder,
  }
  return Object.assign(start(`miner-${model}`, MINER, config, ...flags), { port })
}

const validatorConfig = () => ({
  subnet: 'embed',
  chain: url,
  netuid,
  hotkey: '//programs/validator',
  data: folder,
  roundMs: 300,
  // The same tasks every time: with others a bad miner may be lucky in its first rounds.
  seed: 'programs',
})

describe('miners and a validator on a chain', () => {
  test('miners announce themselves, are asked, and the better one gets the weight', async () => {
    const miners = { ok: await startMiner('ok'), bad: await startMiner('bad') }
    const uids = {
      ok: (await miners.ok.next('ready')).uid as number,
      bad: (await miners.bad.next('ready')).uid as number,
    }
    const held = await chain.query.SubtensorModule.Axons.get([netuid, key('ok').publicKey])
    expect(held).toMatchObject({ ip: 0x7f000002n, port: miners.ok.port, ip_type: 4 })

    const validator = start('validator', VALIDATOR, validatorConfig())
    expect(await validator.next('ready')).toMatchObject({ policy: embed.policyHash })
    const round = await validator.next('round')
    expect(round.scores.map(({ uid, valid }: { uid: number; valid: boolean }) => [uid, valid])).toEqual([
      [uids.ok, true],
      [uids.bad, true],
    ])
    expect(await validator.next('weights')).toMatchObject({ ok: true, uids: [uids.ok], values: [65_535] })
    const { uid } = (await chain.query.SubtensorModule.Keys.entries([netuid]))
      .map(([[, uid], hotkey]) => ({ uid: uid as number, hotkey }))
      .find(({ hotkey }) => hotkey === key('validator').publicKey)!
    const weights = await chain.storage('SubtensorModule', 'Weights').get([netuid, uid])
    expect(weights).toEqual([[uids.ok, 65_535]])

    // Killed in the middle of its work: what it said it knows, it still knows.
    const { round: told } = await validator.next('round')
    validator.child.kill('SIGKILL')
    await validator.exit
    const path = join(folder, ledgerName(embed, netuid, key('validator').publicKey))
    expect(JSON.parse(readFileSync(path, 'utf8')).rounds).toBeGreaterThanOrEqual(told)
    const again = start('validator-again', VALIDATOR, validatorConfig())
    expect((await again.next('round')).round).toBeGreaterThan(told)

    // A miner that went away is still asked, and gets nothing for it.
    miners.bad.child.kill('SIGTERM')
    expect(await miners.bad.exit).toBe(0)
    let missing: any
    while (missing?.status !== 'silent') {
      missing = (await again.next('round')).scores.find((score: { uid: number }) => score.uid === uids.bad)
    }
    expect(missing).toMatchObject({ score: 0, valid: false, ms: null })

    // The pipe of the parent closes: no orphans.
    again.child.stdin!.end()
    miners.ok.child.stdin!.end()
    expect([await again.exit, await miners.ok.exit]).toEqual([0, 0])
  })

  test('without a signature nobody is answered, unless the miner is started with --allow-unsigned', async () => {
    const ask = async (port: number): Promise<[number, any]> => {
      const body = JSON.stringify({ texts: ['a small dog'], dims: 16 })
      const reply = await fetch(`http://127.0.0.2:${port}/Embed`, { method: 'POST', body })
      return [reply.status, await reply.json()]
    }
    for (const flags of [[], ['--allow-unsigned']]) {
      const miner = await startMiner('bad', ...flags)
      await miner.next('ready')
      const [status, answer] = await ask(miner.port)
      if (flags.length === 0) {
        expect([status, answer]).toEqual([401, { message: 'Not Verified with error: Missing signature' }])
      } else {
        expect(status).toBe(200)
        expect(answer.vectors).toHaveLength(1)
      }
      miner.child.kill('SIGTERM')
      await miner.exit
    }
    const unknown = await startMiner('bad', '--allow-everything')
    expect((await unknown.next('error')).error).toContain("Unknown option '--allow-everything'")
  })

  test('a wrong config is named and ends the program', async () => {
    const { next, exit } = start('wrong', VALIDATOR, { ...validatorConfig(), netuid: -1 })
    expect(await next('error')).toMatchObject({ error: expect.stringContaining('does not fit') })
    expect(await exit).toBe(1)
    const model = start('model', MINER, {
      subnet: 'embed',
      chain: url,
      netuid,
      hotkey: '//x',
      model: 'best',
      ip: '1.2.3.4',
      port: 1,
      data: folder,
    })
    expect(await model.next('error')).toMatchObject({ error: 'There is no model `best` for subnet `embed`.' })
  })
})
