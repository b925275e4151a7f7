/** Programs that behave badly, as files of a test's own folder. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PROGRAMS = {
  polite: `
    console.log(JSON.stringify({ type: 'ready', uid: 3 }))
    setInterval(() => {}, 1000)`,
  stubborn: `
    process.on('SIGTERM', () => console.log('no'))
    console.log(JSON.stringify({ type: 'ready' }))
    setInterval(() => {}, 1000)`,
  talkative: `
    console.log('plain text')
    console.log('{ broken')
    console.log(JSON.stringify({ type: 'progress', done: 0.4 }))
    console.error('to the log')
    console.log(JSON.stringify({ type: 'ready' }))
    setInterval(() => {}, 1000)`,
  crashing: `
    console.log(JSON.stringify({ type: 'error', error: 'no chain' }))
    console.error('trouble')
    process.exit(3)`,
  silent: 'setInterval(() => {}, 1000)',
} as const

/** Path of the program. */
export function writeProgram(folder: string, name: keyof typeof PROGRAMS): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, PROGRAMS[name])
  return path
}
