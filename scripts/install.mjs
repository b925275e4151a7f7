// Installs what is missing, and nothing when all is there: no network is needed then.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

const stamps = join(root, 'node_modules', '.neurite')

/** Hash of everything that decides what gets installed. */
function wanted() {
  const hash = createHash('sha256')
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    const path = join(root, file)
    if (existsSync(path)) hash.update(readFileSync(path))
  }
  return hash.digest('hex')
}

function isInstalled(kind) {
  const stamp = join(stamps, kind)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()
}

/**
 * Makes sure that the dependencies are installed: `run` for what runs the network, `dev` for the tests' tools too.
 * A complete installation also serves as one to run.
 */
export function ensureInstalled(kind) {
  if (isInstalled('dev') || (kind === 'run' && isInstalled('run'))) return
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(kind === 'run' ? ['--omit=dev'] : ['--include=dev']),
  ]
  console.log(
    `Installing ${kind === 'run' ? 'what the network needs' : 'dependencies and test tools'} (once): npm ${args.join(' ')}`,
  )
  const result = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.status !== 0) {
    console.error('The installation failed. With a working network, run the command above by hand to see why.')
    process.exit(result.status ?? 1)
  }
  mkdirSync(stamps, { recursive: true })
  writeFileSync(join(stamps, kind), wanted())
}
