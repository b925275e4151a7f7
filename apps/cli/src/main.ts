/** The command line of Neurite. */
import { isNeuriteError } from '@neurite/primitives/errors'
import { createProgram } from './program.ts'

try {
  await createProgram().parseAsync()
} catch (error) {
  // What a person can mend is told without a stack; anything else is a fault of ours, and its stack is wanted.
  if (!isNeuriteError(error)) throw error
  console.error(error.message)
  process.exitCode = 1
}
