/** Runs each example of the SDK's README as a program of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningNode, startNodeProgram } from '../node.ts'

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'packages/sdk/README.md'), 'utf8')
const examples = [...text.matchAll(/^## (.*)\n[\s\S]*?```js\n([\s\S]*?)```/gm)].map(([, title, code]) => [
  title!,
  code!,
])

let node: RunningNode
beforeAll(async () => {
  node = await startNodeProgram(['--dev', '--block-time', '250ms'])
})
afterAll(() => node.stop())

test('there are examples', () => {
  expect(examples.map(([title]) => title)).toEqual(['Reading', 'Submitting', 'Following'])
})

const SAYS: Record<string, RegExp> = {
  Reading:
    /^Alice has \d+(\.\d+)? TAO\n(subnet \d+: an epoch every \d+ blocks\n)+one alpha of subnet 1 costs .* TAO\nsmallest balance: 500 rao\n$/,
  Submitting: /^in block 0x[0-9a-f]{64}, for \d+ rao, with \d+ events\nToken\.FundsUnavailable\n$/,
  Following: /^(block \d+\n)+\[[\s\S]*\]\n/,
}

test.each(examples)('%s', async (title, code) => {
  const program = code.replaceAll('ws://127.0.0.1:9944', node.url)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let trouble = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (trouble += chunk))
  const [status] = await once(child, 'close')
  expect([trouble, status]).toEqual(['', 0])
  expect(output).toMatch(SAYS[title]!)
})
