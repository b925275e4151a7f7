import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const groups = ['packages', 'apps'] as const

interface Workspace {
  readonly name: string
  readonly folder: string
  readonly manifest: { readonly dependencies?: Record<string, string> }
}

const workspaces: Workspace[] = groups.flatMap((group) =>
  readdirSync(join(root, group)).map((name) => {
    const folder = join(root, group, name)
    return { name, folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }
  }),
)

function sources(folder: string): string[] {
  return readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, 'src', file))
}

interface Import {
  readonly file: string
  readonly module: string
  readonly typeOnly: boolean
}

/** Imports of a file; comments and strings that only look like one do not occur at the start of a line. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const found: Import[] = []
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    found.push({ file, module: match[2]!, typeOnly: match[1] !== undefined })
  }
  for (const match of text.matchAll(/(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ file, module: match[2]!, typeOnly: match[1] !== undefined })
  }
  return found
}

const isTest = (file: string): boolean =>
  /\.(test|fixture|contract)\.ts$/.test(file) || /\/(testing|fixtures)\//.test(file)

/** Edges between workspaces as the code has them: `a -> b`, with ` (types)` when every import is erased. */
function realGraph(): string[] {
  const edges = new Map<string, boolean>()
  for (const { name, folder } of workspaces) {
    for (const file of sources(folder).filter((path) => !isTest(path))) {
      for (const { module, typeOnly } of importsOf(file)) {
        const target = /^@neurite\/([^/]+)/.exec(module)?.[1]
        if (!target || target === name) continue
        const edge = `${name} -> ${target}`
        edges.set(edge, (edges.get(edge) ?? true) && typeOnly)
      }
    }
  }
  return [...edges].map(([edge, typeOnly]) => (typeOnly ? `${edge} (types)` : edge)).sort()
}

function drawnGraph(): string[] {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const block = /<!-- graph -->\s*```\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  return block.trim().split('\n').sort()
}

describe('packages', () => {
  test('import each other exactly as ARCHITECTURE.md draws it', () => {
    expect(realGraph()).toEqual(drawnGraph())
  })

  test('declare the workspaces that they import', () => {
    for (const edge of realGraph()) {
      const [from, to] = edge.replace(' (types)', '').split(' -> ') as [string, string]
      const { manifest } = workspaces.find(({ name }) => name === from)!
      expect(manifest.dependencies, edge).toHaveProperty(`@neurite/${to}`)
    }
  })

  test('reach each other by name only: no path leads out of a workspace', () => {
    for (const { folder } of workspaces) {
      for (const file of sources(folder).filter((path) => !isTest(path))) {
        for (const { module } of importsOf(file).filter(({ module }) => module.startsWith('.'))) {
          expect(relative(folder, join(dirname(file), module)), `${file} imports ${module}`).not.toMatch(/^\.\./)
        }
      }
    }
  })

  test('the files and folders that ARCHITECTURE.md names exist', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
    const named = [...text.matchAll(/`([\w.*-]+\/[\w./*-]+)`/g)].map((match) => match[1]!)
    expect(named.length).toBeGreaterThan(20)
    const paths = workspaces.flatMap(({ folder }) => sources(folder)).map((file) => relative(root, file))
    const known = [...paths, ...readdirSync(join(root, 'scripts')).map((file) => `scripts/${file}`)]
    for (const name of named) {
      const pattern = name.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*')
      const place = new RegExp(`(^|/)${pattern}(/|$)`)
      expect(
        known.some((path) => place.test(path)),
        name,
      ).toBe(true)
    }
  })
})

/** What a deterministic state machine must not touch. Each pattern is matched against code without comments. */
const FORBIDDEN_IN_RUNTIME: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\bDate\b/, 'time comes from the block'],
  [/\bMath\.random\b/, 'randomness comes from the block'],
  [/\b(process|performance)\./, 'no environment'],
  [/\bIntl\b|\.toLocale\w+\(|\.localeCompare\(|\.normalize\(/, 'locales differ between machines'],
  [/\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/, 'no timers'],
  [/\bWeakRef\b|\bFinalizationRegistry\b/, 'garbage collection differs between runs'],
  [/\basync\b|\bawait\b/, 'the state machine is synchronous'],
  [/\.sort\(\)/, 'the default order is that of strings'],
  [/\bfor \((const|let|var) \w+ in\b/, 'the order of properties is not ours'],
  [/\bMath\.(pow|exp|log\w*|sin|cos|tan|cbrt|hypot)\b/, 'not exactly specified'],
]

/** Code without comments and without what stands in quotes. */
function withoutComments(text: string): string {
  return text
    .replace(/'[^'\n]*'/g, "''")
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:])\/\/.*$/gm, '$1')
}

function forbidden(text: string): string[] {
  const code = withoutComments(text)
  return FORBIDDEN_IN_RUNTIME.filter(([pattern]) => pattern.test(code)).map(
    ([pattern, why]) => `${pattern.source}: ${why}`,
  )
}

describe('the runtime', () => {
  const runtime = workspaces.find(({ name }) => name === 'runtime')!

  test('touches nothing that could differ between machines', () => {
    for (const file of sources(runtime.folder).filter((path) => !isTest(path))) {
      expect(forbidden(readFileSync(file, 'utf8')), file).toEqual([])
    }
  })

  test.each([
    'const now = Date.now()',
    'keys.sort()',
    'for (const key in object) {}',
    'const x = await read()',
    'a.localeCompare(b)',
    'Math.pow(2, 0.5)',
  ])('%s would be found', (code) => {
    expect(forbidden(code)).not.toEqual([])
  })

  test('the kernel of consensus imports nothing of the chain', () => {
    for (const file of sources(runtime.folder).filter((path) => path.includes('/src/yuma/') && !isTest(path))) {
      for (const { module } of importsOf(file))
        expect(module, file).toMatch(/^(\.\/[\w-]+\.ts|@neurite\/primitives\/errors)$/)
    }
  })
})

describe('browser-safe packages', () => {
  const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)])
  const inBrowser = (file: string): boolean =>
    /packages\/(primitives|runtime)\/src\//.test(file) || file.includes('packages/sdk/src/client/')

  test('import no module of Node', () => {
    const files = workspaces.flatMap(({ folder }) => sources(folder)).filter((file) => inBrowser(file) && !isTest(file))
    for (const file of files) {
      for (const { module } of importsOf(file)) expect(builtins.has(module), `${file} imports ${module}`).toBe(false)
    }
  })
})

/** Files that must throw an error of the language, and why. */
const FOREIGN_ERRORS: Record<string, string> = {
  'packages/node/src/store/lmdb.ts': 'lmdb grows its buffer when the key encoder throws a RangeError',
}

test('errors of the project are NeuriteErrors, with a code', () => {
  for (const { folder } of workspaces) {
    for (const file of sources(folder).filter((path) => !isTest(path) && !(relative(root, path) in FOREIGN_ERRORS))) {
      expect(withoutComments(readFileSync(file, 'utf8')), file).not.toMatch(
        /\bthrow new (Error|TypeError|RangeError)\(/,
      )
    }
  }
})
