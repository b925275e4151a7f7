/** `docs/operators.md` says what the code does. */
import { readFileSync } from 'node:fs'
import { METRICS } from '@neurite/sdk/supervisor'
import { expect, test } from 'vitest'
import { createProgram } from '../program.ts'
import { EXIT_CODES } from './command.ts'

const page = readFileSync(new URL('../../../../docs/operators.md', import.meta.url), 'utf8')

/** Cells of the table below a heading. */
function tableBelow(heading: string): string[][] {
  const section = page.split(`${heading}\n`)[1]!.split(/^#/m)[0]!
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) => line.slice(2, -2).split(' | '))
}

test('exit codes', () => {
  expect(tableBelow('### Exit codes')).toEqual(EXIT_CODES.map(([code, meaning]) => [`${code}`, meaning]))
})

test('metrics', () => {
  const known = Object.entries(METRICS).map(([name, { type, help }]) => [`\`neurite_weights_${name}\``, type, help])
  expect(tableBelow('### Metrics')).toEqual(known)
})

test('flags', () => {
  const flags = createProgram().commands.flatMap(({ options }) => options.map(({ long }) => long))
  const told = [...page.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag)
  expect(told.filter((flag) => !flags.includes(flag))).toEqual([])
})
