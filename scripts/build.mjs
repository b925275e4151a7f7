#!/usr/bin/env node
// Turns every package's TypeScript into plain JavaScript, file by file (`src/x.ts` becomes `dist/x.js`), and only when
// a source is newer than its output. Types are erased here and checked by `npm run typecheck`.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { codeHashFile, writeCodeHash } from './codeHash.mjs'
import { root } from './paths.mjs'

function* filesBelow(folder) {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else yield path
  }
}

export function workspaces() {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => join(root, group, name))
      .filter((folder) => existsSync(join(folder, 'package.json'))),
  )
}

/** Workspaces that the node program is made of. */
const IN_NODE = new Set(['primitives', 'runtime', 'node'])

/** Number of files written. */
export async function build() {
  let written = 0
  let bundle = false
  for (const workspace of workspaces()) {
    const source = join(workspace, 'src')
    const output = join(workspace, 'dist')
    const sources = [...filesBelow(source)].filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    const outputOf = (file) => join(output, relative(source, file).replace(/\.ts$/, '.js'))
    const wanted = new Set(sources.flatMap((file) => [outputOf(file), `${outputOf(file)}.map`]))
    for (const file of filesBelow(output)) {
      if (wanted.has(file) || file === codeHashFile) continue
      rmSync(file)
      if (IN_NODE.has(basename(workspace))) bundle = true
    }
    const stale = sources.filter((file) => {
      const out = outputOf(file)
      return !existsSync(out) || statSync(out).mtimeMs < statSync(file).mtimeMs
    })
    if (stale.length === 0) continue
    if (IN_NODE.has(basename(workspace))) bundle = true
    const { build: esbuild } = await import('esbuild')
    const result = await esbuild({
      entryPoints: stale,
      outdir: output,
      outbase: source,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'warning',
      write: false,
    })
    for (const { path, text } of result.outputFiles) {
      // Relative imports name the `.ts` source; the built file lies beside the built others.
      const code = path.endsWith('.js')
        ? text.replace(/((?:from|import)\s*\(?\s*["']\.[^"']*)\.ts(["'])/g, '$1.js$2')
        : text
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, code)
    }
    written += stale.length
  }
  if (bundle) await (await import('./bundle.mjs')).bundleNode()
  if (bundle || !existsSync(codeHashFile)) writeCodeHash()
  return written
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now()
  const written = await build()
  console.log(`built ${written} files in ${Math.round(performance.now() - started)} ms`)
}
