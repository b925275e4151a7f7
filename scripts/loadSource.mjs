import { build } from 'esbuild'
import { root } from './paths.mjs'

/** A module of `contents` (exports by paths from the project's root), straight from TypeScript: nothing need be built. */
export async function loadSource(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
