/** `docs/deviations.md` against the code: what it names exists, and what exists is named. */
import { readdirSync, readFileSync } from 'node:fs'
import { COMPAT_425, COMPAT_SDK10, createRuntime, NORMAL_PROFILE } from '@neurite/runtime'
import { expect, test } from 'vitest'
import { FLAGS } from '../packages/node/src/bin/flags.ts'
import { normaliseMetadata } from './normalise-metadata.mjs'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('../docs/deviations.md')

interface Table {
  readonly heading: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split(' | ')
    .map((cell) => cell.trim())

/** All tables of the page, by the heading above them. */
function tablesOf(text: string): Table[] {
  return text.split(/^## /m).flatMap((section) => {
    const lines = section.split('\n').filter((line) => line.startsWith('|'))
    if (lines.length === 0) return []
    const [head, , ...rows] = lines
    return [{ heading: section.split('\n', 1)[0]!, columns: cellsOf(head!), rows: rows.map(cellsOf) }]
  })
}

const tables = tablesOf(page)
const named = (heading: string): Table => tables.find((table) => table.heading === heading)!

test('every deviation has a row of its own, with nothing left out', () => {
  const deviations = tables.filter(({ heading }) => !['Switches', 'Quirks kept as they are'].includes(heading))
  expect(deviations.length).toBeGreaterThan(5)
  for (const { heading, columns, rows } of deviations) {
    expect(columns, heading).toEqual(['What', 'Reference', 'Here', 'Why', 'Effect', 'Switch'])
    for (const row of rows) expect(row.filter(Boolean).length, `${heading}: ${row[0]}`).toBe(columns.length)
  }
  for (const { columns, rows } of [named('Switches'), named('Quirks kept as they are')]) {
    for (const row of rows) expect(row.filter(Boolean).length, row[0]).toBe(columns.length)
  }
  const names = tables.flatMap(({ rows }) => rows.map(([what]) => what))
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  // No deviation hides in a list or in prose.
  expect(page.split('\n').filter((line) => /^\s*[-*] /.test(line))).toEqual([])
})

test('the switches are those of the code, with their values', () => {
  const values = (switches: object) => Object.entries(switches).map(([key, value]) => [`compat.${key}`, `${value}`])
  const bare = (text: string | undefined): string => text!.replaceAll('`', '')
  const told = named('Switches').rows.map(([key, spec425, sdk10]) => [bare(key), bare(spec425), bare(sdk10)])
  expect(told.map(([key, value]) => [key, value])).toEqual(values(COMPAT_425))
  expect(told.map(([key, , value]) => [key, value])).toEqual(values(COMPAT_SDK10))
})

test('every switch and flag that is named anywhere exists', () => {
  const switches = new Set(Object.keys(COMPAT_425))
  const unknownSwitches = [...page.matchAll(/compat\.(\w+)/g)].filter(([, key]) => !switches.has(key!))
  expect(unknownSwitches.map(([text]) => text)).toEqual([])
  const unknownFlags = [...page.matchAll(/`--([a-z][a-z-]*)/g)].filter(([, flag]) => !(flag! in FLAGS))
  expect(unknownFlags.map(([text]) => text)).toEqual([])
})

test('every switch is read in exactly one place', () => {
  const folder = new URL('../packages/runtime/src/', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path))
    .map((path) => [path, readFileSync(new URL(path, folder), 'utf8')] as const)
  for (const key of Object.keys(COMPAT_425)) {
    const reads = sources.filter(([, text]) => new RegExp(`\\bcompat\\.${key}\\b`).test(text)).map(([path]) => path)
    expect(reads.length, `${key}: ${reads}`).toBe(1)
  }
})

test('what is missing of the reference is named, and nothing else', () => {
  const facts = (text: string) => JSON.parse(text) as { pallets: Pallet[] }
  const reference = facts(read('./upstream-425.json'))
  const runtime = createRuntime({ profile: NORMAL_PROFILE, host: { verify: () => false } })
  const ours = new Map(
    (normaliseMetadata(runtime.metadata(15)) as { pallets: Pallet[] }).pallets.map((p) => [p.name, p]),
  )
  const rowOf = (what: string): string =>
    named('Code and calls')
      .rows.find(([name]) => name === what)!
      .join(' ')

  const missingPallets = reference.pallets.filter(({ name }) => !ours.has(name)).map(({ name }) => name)
  const palletRow = rowOf('Pallets of this release that are missing')
  expect([...palletRow.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(missingPallets)

  const missingCalls = reference.pallets.flatMap(({ name, calls }) => {
    const have = new Set(ours.get(name)?.calls?.map((call) => call.name))
    return ours.has(name) ? (calls ?? []).filter((call) => !have.has(call.name)) : []
  })
  const told = `${rowOf('Calls of this release that are missing')} ${rowOf('`faucet` (60)')}`
  const toldCalls = [...told.matchAll(/`(\w+)` \((\d+)\)/g)].map(([, name, index]) => `${name} ${index}`)
  expect(toldCalls.sort()).toEqual(missingCalls.map(({ name, index }) => `${name} ${index}`).sort())
})

interface Pallet {
  readonly name: string
  readonly calls?: readonly { readonly name: string; readonly index: number }[]
}
