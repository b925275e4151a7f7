// Puts the built node program and all it imports into one file: reading four hundred small ones takes as long as
// everything else the node does until it answers.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const node = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages', 'node')
const bin = join(node, 'dist', 'bin')

/** Native code, and a library that is loaded only when asked for, stay where they are. */
const EXTERNAL = ['lmdb', 'secp256k1', 'secp256k1/*', 'libsodium*']

/** Files beside a module (workers, WebAssembly) are found from where the module was, not from the bundle. */
const keepModuleUrls = {
  name: 'keep-module-urls',
  setup(build) {
    build.onLoad({ filter: /\.m?js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      const place = relative(bin, path).replaceAll('\\', '/')
      return { contents: text.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`) }
    })
  },
}

/** Replaces `dist/bin/node.js`, which the build has just written, by the bundle. */
export async function bundleNode() {
  const { build } = await import('esbuild')
  const source = readFileSync(join(node, 'src', 'bin', 'node.ts'), 'utf8')
  const program = source.replace(/(from '\.[^']*)\.ts'/g, "$1.js'")
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: bin, sourcefile: 'node.ts', loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    plugins: [keepModuleUrls],
    // CommonJS modules inside (ws) ask for built-in ones.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    logLevel: 'warning',
    write: false,
  })
  // Renamed into place, so that a node that starts meanwhile reads the old file or the new one.
  const draft = join(bin, `node.${process.pid}.tmp`)
  writeFileSync(draft, outputFiles[0].text)
  renameSync(draft, join(bin, 'node.js'))
}
