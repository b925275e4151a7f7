/** The kernel and the oracle agree bit for bit on random states; what the states reached is printed. */
import { expect, test } from 'vitest'
import { reportOf } from './branches/index.ts'
import { compareStates, DIFFERENTIAL_SEED } from './compare.ts'

/** `node conformance/yuma/differential.mjs` runs ten times as many. */
const STATES = 10_000

test('kernel equals oracle on random states, which reach every branch', () => {
  const hits = compareStates(DIFFERENTIAL_SEED, { from: 0, to: STATES })
  const { lines, failures } = reportOf(hits, STATES)
  console.log(`${STATES} states, seed ${DIFFERENTIAL_SEED}\n${lines.join('\n')}`)
  expect(failures).toEqual([])
}, 300_000)
