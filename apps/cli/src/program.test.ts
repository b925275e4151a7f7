import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createProgram } from './program.ts'
import { program } from './up/children.ts'

beforeAll(() => {
  execFileSync(process.execPath, [program('scripts/build.mjs')])
})

/** `npx neurite …` */
function neurite(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program('bin/neurite.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '80' },
  })
  return { status, stdout, stderr }
}

describe('help', () => {
  test('without a command lists the commands, with examples', () => {
    const { status, stderr } = neurite()
    expect(status).toBe(1)
    expect(stderr).toMatch(/Commands:\n {2}up .*\n[\s\S]*Examples:\n {2}npx neurite up\n {2}npx neurite node --dev\n/)
  })

  test.each(
    createProgram()
      .commands.filter((command) => command.name() !== 'node')
      .map((command) => command.name()),
  )('%s has examples that parse', (name) => {
    const { status, stdout } = neurite(name, '--help')
    expect(status).toBe(0)
    const examples = [...stdout.matchAll(/^ {2}npx neurite (\S+) ?([^#|\n]*)/gm)]
    expect(examples.length).toBeGreaterThan(0)
    for (const [, command, flags] of examples) {
      const parsed = createProgram()
      const found = parsed.commands.find((item) => item.name() === command)!
      found.exitOverride().action(() => {})
      parsed.parse([command!, ...flags!.trim().split(/\s+/).filter(Boolean)], { from: 'user' })
    }
  })

  test('of the node is the node’s own', () => {
    const { status, stdout } = neurite('node', '--help')
    expect(status).toBe(0)
    for (const flag of ['--dev', '--block-time', '--rpc-port', '--fresh']) expect(stdout).toContain(flag)
  })
})

describe('mistakes', () => {
  test('an unknown command', () => {
    expect(neurite('upp')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        "error: unknown command 'upp'\n(Did you mean up?)\n(`npx neurite --help` lists the commands and flags.)\n",
    })
  })

  test.each(['0', '65536', '80.5', 'http', '1e3', ''])('a port of `%s`', (port) => {
    const { status, stderr } = neurite('up', '--rpc-port', port)
    expect(status).toBe(1)
    expect(stderr).toContain(
      `error: option '--rpc-port <port>' argument '${port}' is invalid. Expected a port from 1 to 65535.\n`,
    )
  })

  test('a taken port ends `up` at once: nothing is made, nothing is started', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const base = mkdtempSync(join(tmpdir(), 'neurite-up-'))
    try {
      const path = join(base, 'network')
      expect(neurite('up', '--rpc-port', String(port), '--base-path', path)).toEqual({
        status: 1,
        stdout: '',
        stderr: `Port \`${port}\` (chain) is taken.\nStop what uses it, or choose another with --rpc-port <port>.\n`,
      })
      expect(existsSync(path)).toBe(false)
    } finally {
      server.close()
      rmSync(base, { recursive: true, force: true })
    }
  })
})
