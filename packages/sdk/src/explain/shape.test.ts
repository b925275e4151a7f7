/** What a client says of a node's answer that is none. */
import { expect, test } from 'vitest'
import { readExplanation } from './shape.ts'

test('error: no object', () => {
  expect(() => readExplanation('later')).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: The node's explanation is malformed: \`later\`.
    Expected an object.
    Ask another node, or one of the same version as this program.]
  `)
})

test('error: a member that is missing is named with its place', () => {
  expect(() => readExplanation({ netuid: 1, mecid: 0, mechanisms: 1, block: 9 })).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: The node's explanation is malformed at \`blockHash\`: \`undefined\`.
    Expected a hex text.
    Ask another node, or one of the same version as this program.]
  `)
})

test('error: a number where an amount belongs', () => {
  const head = { netuid: 1, mecid: 0, mechanisms: 1, block: 9, blockHash: '0xab', previousBlock: 0, tempo: 1 }
  const answer = { ...head, activityCutoff: 1, commitReveal: false, emission: 5 }
  expect(() => readExplanation(answer)).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: The node's explanation is malformed at \`emission\`: \`5\`.
    Expected a decimal text of digits.
    Ask another node, or one of the same version as this program.]
  `)
})
