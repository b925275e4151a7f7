import { NeuriteError } from '../errors/index.ts'

/**
 * Throws unless `bytes` are `length` long. The bytes themselves are never shown: they may be secret.
 * @throws NeuriteError `InvalidLength`
 */
export function assertLength(bytes: Uint8Array, length: number, title: string): void {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw new NeuriteError('InvalidLength', `${title} has \`${bytes?.length}\` bytes.`, {
      details: [`Expected a Uint8Array of exactly ${length}.`],
    })
  }
}
