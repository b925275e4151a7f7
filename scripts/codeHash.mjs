// Writes the hash of the built runtime: of all code that decides what a block does. It is the same on every machine.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

export const codeHashFile = join(root, 'packages', 'runtime', 'dist', 'code-hash.json')

function codeOf(workspace) {
  const dist = join(root, 'packages', workspace, 'dist')
  return (
    readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      // Code that only tests use decides nothing.
      .filter((path) => path.endsWith('.js') && !/\.fixture\.js$|^testing\//.test(path))
      .sort()
      .map((path) => [`${workspace}/${path}`, readFileSync(join(dist, path))])
  )
}

export function writeCodeHash() {
  const hash = createHash('sha256')
  for (const [path, code] of [...codeOf('primitives'), ...codeOf('runtime')]) {
    hash.update(`${path}\0${code.length}\0`)
    hash.update(code)
  }
  const text = `${JSON.stringify({ sha256: `0x${hash.digest('hex')}` })}\n`
  if (!existsSync(codeHashFile) || readFileSync(codeHashFile, 'utf8') !== text) writeFileSync(codeHashFile, text)
}
