/**
 * The data card `wordnet-glosses@1`: short definitions with headwords, and a thesaurus of single words.
 *
 * The file is addressed by its content: its name is the SHA-256 of its bytes, repeated in the manifest, checked here.
 * Every meaning is either for training or held out, decided by the hash of its definition alone, so no task text can
 * ever be part of a training set, whoever builds it.
 */
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { bytesToHex, utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { sha256 } from '@neurite/primitives/hash'

export interface Meaning {
  readonly headwords: readonly string[]
  readonly definition: string
  readonly example: string | undefined
  /** Meanings of one family have the same parent: they are the near senses that make a question hard. */
  readonly family: number
}

export interface GlossCard {
  readonly name: string
  readonly sha256: string
  /** May be learnt from. */
  readonly training: readonly Meaning[]
  /** Only asked about. */
  readonly heldOut: readonly Meaning[]
  /** Single words by word: each may stand for it in some sense. */
  readonly thesaurus: ReadonlyMap<string, readonly string[]>
}

interface Manifest {
  readonly name: string
  readonly version: number
  readonly sha256: string
}

type Row =
  | { readonly w: readonly string[]; readonly g: string; readonly e?: readonly string[]; readonly f: number }
  | { readonly t: string; readonly s: readonly string[] }

const FOLDER = new URL('../../data/wordnet-glosses-1/', import.meta.url)

/** Share of meanings never used in training: 1 in 5. */
const HELD_OUT_BELOW = Math.floor(256 / 5)

/** Lower-case words with single spaces: what the split looks at, so a change of case or punctuation moves nothing. */
export function contentOf(definition: string): string {
  return (definition.toLowerCase().match(/[a-z0-9]+/g) ?? []).join(' ')
}

export function isHeldOut(definition: string): boolean {
  return sha256(utf8ToBytes(`wordnet-glosses/split/${contentOf(definition)}`))[0]! < HELD_OUT_BELOW
}

/** The text a miner sees for a meaning: `headwords: definition`. */
export function documentOf({ headwords, definition }: Meaning): string {
  return `${headwords.join(', ')}: ${definition}`
}

export function parseCard(name: string, hash: string, packed: Uint8Array): GlossCard {
  const found = bytesToHex(sha256(packed)).slice(2)
  if (found !== hash) {
    throw new NeuriteError('DataCardMismatch', `Data card ${name} has SHA-256 \`${found}\`.`, {
      details: [`Expected \`${hash}\` as its manifest says.`, 'Restore the file from the repository.'],
    })
  }
  const training: Meaning[] = []
  const heldOut: Meaning[] = []
  const thesaurus = new Map<string, readonly string[]>()
  for (const line of brotliDecompressSync(packed).toString('utf8').split('\n')) {
    if (line === '') continue
    const row = JSON.parse(line) as Row
    if ('t' in row) thesaurus.set(row.t, row.s)
    else {
      const meaning = { headwords: row.w, definition: row.g, example: row.e?.[0], family: row.f }
      ;(isHeldOut(row.g) ? heldOut : training).push(meaning)
    }
  }
  return { name, sha256: hash, training, heldOut, thesaurus }
}

let loaded: GlossCard | undefined

/** The card that ships with the package, read once per process. */
export function loadCard(): GlossCard {
  if (loaded === undefined) {
    const manifest = JSON.parse(readFileSync(new URL('manifest.json', FOLDER), 'utf8')) as Manifest
    const packed = readFileSync(new URL(`${manifest.sha256}.jsonl.br`, FOLDER))
    loaded = parseCard(`${manifest.name}@${manifest.version}`, manifest.sha256, packed)
  }
  return loaded
}
