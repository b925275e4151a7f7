import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../dist/bin/node.js', import.meta.url))
const buildScript = new URL('../../../../scripts/build.mjs', import.meta.url).href
const folder = mkdtempSync(join(tmpdir(), 'neurite-bin-'))
const running: ChildProcess[] = []

beforeAll(async () => {
  const { build } = await import(/* @vite-ignore */ buildScript)
  await build()
})
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Run {
  readonly child: ChildProcess
  stdout: string
  stderr: string
  readonly exit: Promise<number | null>
  /** Resolves when a stream contains `pattern`; rejects when the program ends without. */
  seen(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>
}

function start(...flags: string[]): Run {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  const waiting = new Set<() => void>()
  const run: Run = {
    child,
    stdout: '',
    stderr: '',
    exit: new Promise((resolve) => child.on('close', resolve)),
    seen: (pattern, stream = 'stdout') =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(run[stream])
          if (match === null) return
          waiting.delete(look)
          resolve(match)
        }
        waiting.add(look)
        look()
        child.on('close', () => reject(new Error(`ended without ${pattern}: ${run.stdout}${run.stderr}`)))
      }),
  }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      run[name] += chunk
      for (const look of [...waiting]) look()
    })
  }
  return run
}

const QUICK = ['--dev', '--block-time', '250ms', '--no-prometheus', '--rpc-port', '0']
const portOf = async (run: Run) => Number((await run.seen(/rpc +ws:\/\/127\.0\.0\.1:(\d+)/))[1])

async function head(port: number): Promise<{ number: string }> {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"chain_getHeader"}',
  })
  return ((await response.json()) as { result: { number: string } }).result
}

describe('the program', () => {
  test('default: it announces its first block on standard output and stops at SIGTERM with code 0', async () => {
    const run = start(...QUICK)
    await run.seen(/Imported #1 \(0x[0-9a-f]{4}…[0-9a-f]{4} → 0x/)
    await run.seen(/Imported #3/, 'stderr')
    run.child.kill('SIGTERM')
    expect(await run.exit).toBe(0)
    expect(run.stdout).not.toContain('Imported #2')
    expect(run.stdout).toContain('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
  })

  test('behavior: a port in use names the flag, and the exit code is 1', async () => {
    const first = start(...QUICK)
    const port = await portOf(first)
    const second = start(...QUICK.slice(0, -1), String(port))
    expect(await second.exit).toBe(1)
    expect(second.stderr).toContain(`The RPC port \`${port}\` is used by another program.`)
    expect(second.stderr).toContain('--rpc-port')
  })

  test('behavior: --fresh removes nothing when the node cannot start', async () => {
    const flags = ['--chain', 'dev', ...QUICK.slice(1), '--base-path', folder]
    const first = start(...flags)
    const [, number] = await first.seen(/Imported #([2-9])/, 'stderr')
    first.child.kill('SIGINT')
    expect(await first.exit).toBe(0)
    const other = start(...QUICK)
    const port = String(await portOf(other))
    const fresh = start(...flags.map((flag, index) => (flags[index - 1] === '--rpc-port' ? port : flag)), '--fresh')
    expect(await fresh.exit).toBe(1)
    expect(fresh.stderr).toContain(`The RPC port \`${port}\` is used by another program.`)
    const again = start(...flags)
    expect(Number((await head(await portOf(again))).number)).toBeGreaterThanOrEqual(Number(number))
  })

  test('behavior: what a killed node had announced is there when it starts again', async () => {
    const flags = ['--chain', 'dev', ...QUICK.slice(1), '--base-path', folder]
    const first = start(...flags)
    const [, number] = await first.seen(/Imported #([3-9])/, 'stderr')
    first.child.kill('SIGKILL')
    await first.exit
    const second = start(...flags)
    expect(Number((await head(await portOf(second))).number)).toBeGreaterThanOrEqual(Number(number))
    second.child.kill('SIGINT')
    expect(await second.exit).toBe(0)
    const purge = start('purge-chain', '-y', '--base-path', folder)
    expect(await purge.exit).toBe(0)
    expect(purge.stdout).toContain('removed.')
  })

  test('behavior: the chain of a running node is not removed under it', async () => {
    const flags = ['--chain', 'dev', ...QUICK.slice(1), '--base-path', folder]
    const first = start(...flags)
    await first.seen(/Imported #1 /)
    for (const second of [start(...flags, '--fresh'), start('purge-chain', '-y', '--base-path', folder)]) {
      expect(await second.exit).toBe(1)
      expect(second.stderr).toMatch(/The chain store in `.*` is in use\.\n.*Process \d+ /s)
    }
    await first.seen(/Imported #4 /, 'stderr')
    first.child.kill('SIGTERM')
    expect(await first.exit).toBe(0)
    const anew = start(...flags, '--fresh')
    await anew.seen(/Imported #1 /)
    anew.child.kill('SIGTERM')
    expect(await anew.exit).toBe(0)
  })

  test('behavior: it outlives a reader that goes away', async () => {
    const run = start(...QUICK)
    const port = await portOf(run)
    run.child.stderr!.destroy()
    run.child.stdout!.destroy()
    const before = Number((await head(port)).number)
    while (Number((await head(port)).number) < before + 3);
    run.child.kill('SIGTERM')
    expect(await run.exit).toBe(0)
  })

  test('behavior: build-spec prints the raw genesis', async () => {
    const run = start('build-spec', '--raw', '--disable-default-bootnode', '--chain', 'local')
    expect(await run.exit).toBe(0)
    const spec = JSON.parse(run.stdout)
    expect(spec).toMatchObject({ id: 'bittensor', protocolId: 'bittensor', chainType: 'Local' })
    expect(Object.keys(spec.genesis.raw.top).length).toBeGreaterThan(30)
  })

  test('behavior: a wrong flag is explained', async () => {
    const run = start('--rpc-prot', '1')
    expect(await run.exit).toBe(1)
    expect(run.stderr).toBe('Error: There is no flag `--rpc-prot`.\nDid you mean --rpc-port? --help lists all flags.\n')
  })
})
