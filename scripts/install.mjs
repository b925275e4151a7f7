// Installs what is missing, and nothing when all is there: no network is needed then.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/** npm writes this file at the end of every installation. */
const installed = join(root, 'node_modules', '.package-lock.json')
/** A tool that only the tests need: with it, the development dependencies are there too. */
const testTool = join(root, 'node_modules', 'vitest')

/** True when an installation is there and nothing that decides about it has changed since. */
function isCurrent() {
  if (!existsSync(installed)) return false
  const since = statSync(installed).mtimeMs
  return ['package.json', 'package-lock.json'].every((file) => statSync(join(root, file)).mtimeMs <= since)
}

/** Makes sure that the dependencies are installed: `run` for what runs the network, `dev` for the tests' tools too. */
export function ensureInstalled(kind) {
  const hasTools = existsSync(testTool)
  if (isCurrent() && (hasTools || kind === 'run')) return
  // Tools that are there stay there.
  const which = kind === 'dev' || hasTools ? '--include=dev' : '--omit=dev'
  // Starting the network must not change the repository; npm would note in the lock file what it knows better.
  const save = kind === 'run' ? ['--no-save'] : []
  const args = ['install', which, ...save, '--no-audit', '--no-fund', '--loglevel=error']
  console.log(
    `Installing ${which === '--omit=dev' ? 'what the network needs' : 'dependencies and test tools'}: npm ${args.join(' ')}`,
  )
  const result = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.status !== 0) {
    console.error('The installation failed. With a working network, run the command above by hand to see why.')
    process.exit(result.status ?? 1)
  }
}
