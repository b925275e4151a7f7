/** The kernel outside the main program: bundled for a browser, in a bare context, and in a worker of Node. */
import { isBuiltin } from 'node:module'
import { createContext, runInContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../../scripts/paths.mjs'
import tables from './epochs.json' with { type: 'json' }
import type { Comparison } from './scenario.ts'

const SCENARIOS = JSON.stringify(tables.exact)

let code: string
let inputs: string[]
let imports: string[]

beforeAll(async () => {
  const result = await build({
    stdin: { contents: `export { playAll } from './conformance/yuma/scenario.ts'`, resolveDir: root },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'kernel',
    platform: 'browser',
    conditions: ['source'],
    absWorkingDir: root,
  })
  code = result.outputFiles[0]!.text
  inputs = Object.keys(result.metafile.inputs)
  imports = Object.values(result.metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path))
})

function expectAllEqual(comparisons: readonly Comparison[]): void {
  expect(comparisons.length).toBeGreaterThan(150)
  for (const { title, actual, expected } of comparisons) expect(actual, title).toBe(expected)
}

test('a bundle for the browser holds the kernel and nothing of chain or Node', () => {
  const own = inputs.filter((path) => path !== '<stdin>' && !path.startsWith('conformance/yuma/'))
  expect(own.length).toBeGreaterThan(10)
  for (const path of own) expect(path).toMatch(/^packages\/(runtime\/src\/yuma|primitives\/src\/errors)\/[\w-]+\.ts$/)
  for (const path of imports) expect(isBuiltin(path), path).toBe(false)
})

test('the bundle gives the reference numbers where there is only the language', () => {
  const context = createContext({})
  const globals = ['process', 'require', 'Buffer', 'fetch', 'performance', 'setTimeout', 'structuredClone']
  expect(runInContext(`${JSON.stringify(globals)}.filter((name) => name in globalThis)`, context)).toHaveLength(0)
  runInContext(code, context)
  expectAllEqual(JSON.parse(runInContext(`JSON.stringify(kernel.playAll(${SCENARIOS}))`, context)))
})

test('a worker of Node gives the reference numbers', async () => {
  const program = `${code}
    require('node:worker_threads').parentPort.postMessage(kernel.playAll(${SCENARIOS}))`
  const worker = new Worker(program, { eval: true })
  const comparisons = await new Promise<Comparison[]>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  await worker.terminate()
  expectAllEqual(comparisons)
})

test('the package exports the kernel under a name of its own, built and as source', async () => {
  const resolved = async (conditions: string[]) => {
    const { metafile } = await build({
      stdin: { contents: `import '@neurite/runtime/yuma'`, resolveDir: root },
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      conditions,
      absWorkingDir: root,
      logLevel: 'silent',
    })
    return Object.keys(metafile.inputs).filter((path) => /yuma\/index\./.test(path))
  }
  expect(await resolved(['source'])).toEqual(['packages/runtime/src/yuma/index.ts'])
  expect(await resolved([])).toEqual(['packages/runtime/dist/yuma/index.js'])
})
