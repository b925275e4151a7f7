/** Shape checks at the door of the kernel, so that a wrong array is named instead of yielding wrong numbers. */
import { NeuriteError } from '@neurite/primitives/errors'
import type { EpochInput, SparseU16 } from './types.ts'

const PER_UID = ['lastUpdate', 'registeredAt', 'alphaStake', 'taoStake', 'validatorPermits', 'earliestCommit'] as const

/** @throws NeuriteError `InvalidEpochInput` */
export function checkEpochInput(input: EpochInput): void {
  for (const field of PER_UID) {
    const array = input[field]
    if (array !== undefined && array.length !== input.n) {
      throw wrongShape(field, `${array.length} elements`, `${input.n}, one per uid`)
    }
  }
  checkRows('weights', input.weights, input.n)
  checkRows('bonds', input.bonds, input.n)
}

function checkRows(field: string, { rowStart, columns, values }: SparseU16, n: number): void {
  if (rowStart.length !== n + 1)
    throw wrongShape(field, `${rowStart.length} row offsets`, `${n + 1}, one per uid and the end`)
  if (columns.length !== values.length || rowStart[n] !== values.length) {
    throw wrongShape(field, `${columns.length} columns and ${values.length} values`, `${rowStart[n]} of each`)
  }
}

function wrongShape(field: string, given: string, expected: string): NeuriteError<'InvalidEpochInput'> {
  return new NeuriteError('InvalidEpochInput', `Epoch input \`${field}\` has the wrong shape.`, {
    details: [`Given: ${given}.`, `Expected: ${expected}.`],
  })
}
