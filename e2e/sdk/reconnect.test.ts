/** The client while its node is killed and comes back, and the end of a process that used it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { devKeypair } from '@neurite/primitives/keyring'
import { connectChain } from '@neurite/sdk/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningNode, startNodeProgram } from '../node.ts'

const base = mkdtempSync(join(tmpdir(), 'neurite-sdk-'))
const ARGS = ['--chain', 'local', '--block-time', '250ms', '--base-path', base]
let node: RunningNode
beforeAll(async () => {
  node = await startNodeProgram(ARGS)
})
afterAll(async () => {
  await node.stop()
  rmSync(base, { recursive: true, force: true })
})

test('a node killed and started again on its folder: reads and subscriptions go on, a submission is reported', async () => {
  const seen: string[] = []
  let changed: () => void = () => {}
  const chain = await connectChain({
    url: node.url,
    onStatus(status) {
      seen.push(status)
      changed()
    },
  })
  const blocks: number[] = []
  await chain.onBlock(({ number }) => blocks.push(number))
  await chain.waitForBlock(3)
  const dest = { type: 'Id', value: devKeypair('Bob').publicKey } as const
  const call = chain.tx.Balances.transfer_keep_alive({ dest, value: 1_000n })
  // A node that stands still cannot include it; with nonce and period given, the submission is the next thing sent.
  node.process.kill('SIGSTOP')
  const submission = chain.submit(call, devKeypair('Alice'), { nonce: 0, period: 0 }).then(
    () => 'included',
    (error) => error.code,
  )
  await new Promise((resolve) => setImmediate(resolve))
  node.process.kill('SIGKILL')
  await once(node.process, 'exit')
  expect(await submission).toBe('ConnectionLost')
  while (seen.at(-1) !== 'disconnected') await new Promise<void>((resolve) => (changed = resolve))
  const last = blocks.at(-1)!
  const reading = chain.query.Sudo.Key.get()
  const reached = chain.waitForBlock(last + 4)

  node = await startNodeProgram(ARGS, node.port)
  expect(await reading).toBe(devKeypair('Alice').publicKey)
  await reached
  expect(blocks.at(-1)).toBeGreaterThanOrEqual(last + 4)
  expect(blocks).toEqual([...blocks].sort((a, b) => a - b))
  expect(seen).toEqual(['connected', 'disconnected', 'connected'])
  expect((await chain.submit(call, devKeypair('Alice'))).fee).toBeGreaterThan(0n)
  chain.close()
})

test.each([
  ['after close', 'chain.close()', 'closed'],
  ['when the node is not there and nobody waits long', '', 'NotReachable'],
])('a process ends by itself %s', async (_name, then, said) => {
  const url = then === '' ? 'ws://127.0.0.1:1' : node.url
  const program = `
    const { connectChain } = await import(${JSON.stringify(join(import.meta.dirname, '../../packages/sdk/dist/client/index.js'))})
    try {
      const chain = await connectChain({ url: '${url}', connectTimeoutMs: 500 })
      await chain.onBlock(() => {})
      await chain.waitForBlock(1)
      ${then}
      console.log('closed')
    } catch (error) {
      console.log(error.code)
    }`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'exit')
  expect([output.trim(), code]).toEqual([said, 0])
})
