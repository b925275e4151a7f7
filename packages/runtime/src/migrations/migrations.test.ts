import type { Hash } from '@neurite/primitives/bytes'
import { expect, test } from 'vitest'
import { type Migration, migrationPath } from './index.ts'

const hash = (byte: number): Hash => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`
const step = (from: number, to: number): Migration => ({
  from: hash(from),
  to: hash(to),
  what: `${from} to ${to}`,
  run: () => {},
})
const list = [step(1, 2), step(2, 3), step(5, 6), step(6, 5)]

test.each([
  ['the same runtime needs none', 2, 2, []],
  ['one step', 1, 2, ['1 to 2']],
  ['several in order', 1, 3, ['1 to 2', '2 to 3']],
  ['no way back', 3, 1, undefined],
  ['an unknown runtime has no way', 9, 3, undefined],
  ['a circle ends', 5, 3, undefined],
])('%s', (_name, from, to, expected) => {
  expect(migrationPath(hash(from), hash(to), list)?.map(({ what }) => what)).toEqual(expected)
})
