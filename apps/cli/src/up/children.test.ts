import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connectChain } from '@neurite/sdk/client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Children, type ChildSpec, type Crash, program } from './children.ts'
import { writeProgram } from './fakes.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'neurite-children-'))
beforeAll(() => {
  execFileSync(process.execPath, [program('scripts/build.mjs')])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const started: Children[] = []
afterEach(async () => {
  for (const children of started.splice(0)) await children.stop(0)
})

function supervise(onCrash: (crash: Crash) => void = () => {}): Children {
  const children = new Children(onCrash)
  started.push(children)
  return children
}

function spec(name: Parameters<typeof writeProgram>[1], more: Partial<ChildSpec> = {}): ChildSpec {
  return {
    name,
    program: writeProgram(folder, name),
    args: [],
    logFile: join(folder, 'logs', `${name}.log`),
    ...more,
  }
}

test('a process is ready when it says so; its other lines go to the log', async () => {
  const messages: any[] = []
  const children = supervise()
  await children.startReady(spec('talkative', { onMessage: (message) => messages.push(message) }), 20_000)
  expect(messages).toEqual([{ type: 'progress', done: 0.4 }, { type: 'ready' }])
  await children.stop()
  const log = readFileSync(join(folder, 'logs', 'talkative.log'), 'utf8')
  for (const text of ['plain text', '{ broken', 'to the log', '--- ended with SIGTERM']) expect(log).toContain(text)
})

test('a process that ends unasked is told of with its last words', async () => {
  const crash = new Promise<Crash>((resolve) => supervise(resolve).start(spec('crashing')))
  const { name, lines } = await crash
  expect(name).toBe('crashing')
  expect([...lines].sort()).toEqual(['trouble', '{"type":"error","error":"no chain"}'])
})

test('a process that is never ready is named, with its log', async () => {
  const children = supervise()
  await expect(children.startReady(spec('silent'), 50)).rejects.toMatchObject({
    code: 'NotReady',
    message: `silent was not ready within 0.05 s.\nIts log: ${join(folder, 'logs', 'silent.log')}`,
  })
})

test('all end together; one that ignores being asked is killed, and no crash is told', async () => {
  const crashes: string[] = []
  const children = supervise(({ name }) => crashes.push(name))
  await Promise.all([children.startReady(spec('polite'), 20_000), children.startReady(spec('stubborn'), 20_000)])
  expect(children.count).toBe(2)
  await children.stop(100)
  expect([children.count, crashes]).toEqual([0, []])
  expect(readFileSync(join(folder, 'logs', 'stubborn.log'), 'utf8')).toMatch(/no\n--- ended with SIGKILL\n$/)
})

test('when the supervisor is killed, the node that it started ends too', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = String((server.address() as { port: number }).port)
  await new Promise((resolve) => server.close(resolve))
  const node = {
    name: 'node',
    program: program('packages/node/dist/bin/node.js'),
    args: [
      '--dev',
      '--block-time',
      '250ms',
      '--rpc-port',
      port,
      '--no-prometheus',
      '--base-path',
      join(folder, 'node'),
    ],
    logFile: join(folder, 'logs', 'node.log'),
  }
  const built = fileURLToPath(new URL('../../dist/up/children.js', import.meta.url))
  const supervisor = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { Children } = await import(${JSON.stringify(built)})
       new Children(() => {}).start(${JSON.stringify(node)})
       console.log('started')
       setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(createInterface({ input: supervisor.stdout }), 'line')
  let disconnected: () => void = () => {}
  const gone = new Promise<void>((resolve) => {
    disconnected = resolve
  })
  const chain = await connectChain({
    url: `ws://127.0.0.1:${port}`,
    connectTimeoutMs: 30_000,
    onStatus: (status) => status === 'disconnected' && disconnected(),
  })
  supervisor.kill('SIGKILL')
  await gone
  chain.close()
})
