/** Secret files: whole or not at all, and for their owner only. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NeuriteError } from '@neurite/primitives/errors'

/** Keyfiles are below 1 kB; whatever is larger is something else. */
const MAX_KEYFILE_BYTES = 64 * 1024

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/**
 * Writes `data` to `path` with mode 0600, atomically: readers see the old file or the new one.
 * @throws NeuriteError `KeyfileExists` unless `overwrite`
 */
export async function writeSecretFile(path: string, data: Uint8Array, overwrite: boolean): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  const file = await open(temporary, 'wx', 0o600)
  try {
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    if (overwrite) await rename(temporary, path)
    // Unlike rename, link fails when the name is taken, so two writers cannot both believe they created the key.
    else await link(temporary, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    throw new NeuriteError('KeyfileExists', `The keyfile \`${path}\` exists already.`, {
      details: ['Overwriting would destroy the key in it.', 'Choose another name, or ask to overwrite.'],
    })
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Bytes of the keyfile at `path`. @throws NeuriteError `KeyfileMissing`, `KeyfileUnreadable`, `CorruptKeyfile` */
export async function readKeyfileBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > MAX_KEYFILE_BYTES) {
      throw new NeuriteError('CorruptKeyfile', `The file \`${path}\` has \`${size}\` bytes.`, {
        details: [`Expected a keyfile, which has at most ${MAX_KEYFILE_BYTES}.`],
      })
    }
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (error instanceof NeuriteError) throw error
    if (codeOf(error) === 'ENOENT') {
      throw new NeuriteError('KeyfileMissing', `There is no keyfile at \`${path}\`.`, {
        details: ['Check the wallet name and path, or create the wallet.'],
      })
    }
    throw new NeuriteError('KeyfileUnreadable', `The keyfile \`${path}\` cannot be read (\`${codeOf(error)}\`).`)
  }
}

export async function fileExists(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
