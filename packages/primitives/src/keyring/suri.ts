/**
 * Secret URIs, the notation for keys in Substrate tools: `phrase//hard/soft///password`.
 *
 * The phrase may be a recovery phrase, a `0x` seed of 32 bytes, or missing (the public development phrase). Junctions
 * after it derive a child: `//` hard, `/` soft. Only a recovery phrase takes part in the password.
 */
import { hexToBytes, isHex } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { encode, str } from '../scale/index.ts'
import { mnemonicToSeed } from './mnemonic.ts'

/** The phrase behind `//Alice` and the other development accounts. Everybody knows it: never hold value with it. */
export const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

/** Seed of {@link DEV_PHRASE} without password, kept to spare every start 2,048 rounds of hashing. */
const DEV_SEED = '0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e'

export interface Junction {
  readonly kind: 'hard' | 'soft'
  /** 32 bytes that name the child. */
  readonly chainCode: Uint8Array
}

export interface ParsedSuri {
  readonly phrase: string
  readonly junctions: readonly Junction[]
  readonly password: string
}

function malformed(position: number, expected: string): NeuriteError {
  // The URI itself is a secret, so only the place is told.
  return new NeuriteError('InvalidSuri', `The secret URI is malformed at character ${position}.`, {
    details: [`Expected ${expected}, as in \`phrase//hard/soft///password\`.`],
  })
}

/** 32-byte chain code of a junction's text: a number as u64, other text as a SCALE string, hashed if over 32 bytes. */
function chainCodeOf(text: string): Uint8Array {
  const out = new Uint8Array(32)
  if (/^\+?[0-9]+$/.test(text)) {
    const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
    if (value < 1n << 64n) {
      new DataView(out.buffer).setBigUint64(0, value, true)
      return out
    }
  }
  const encoded = encode(str, text)
  if (encoded.length > 32) return blake2_256(encoded)
  out.set(encoded)
  return out
}

/** Parts of `suri`. @throws NeuriteError `InvalidSuri` */
export function parseSuri(suri: string): ParsedSuri {
  const phrase = /^[a-zA-Z0-9 ]*/.exec(suri)![0]
  const junctions: Junction[] = []
  let at = phrase.length
  while (at < suri.length) {
    if (suri.startsWith('///', at)) return { phrase, junctions, password: suri.slice(at + 3) }
    if (suri[at] !== '/') throw malformed(at + 1, 'a letter, a digit, a space or `/`')
    const kind = suri[at + 1] === '/' ? 'hard' : 'soft'
    const start = at + (kind === 'hard' ? 2 : 1)
    const slash = suri.indexOf('/', start)
    const end = slash < 0 ? suri.length : slash
    if (start === end) throw malformed(start + 1, `the name of a ${kind} junction`)
    junctions.push({ kind, chainCode: chainCodeOf(suri.slice(start, end)) })
    at = end
  }
  return { phrase, junctions, password: '' }
}

/** 32-byte seed that the phrase of a secret URI stands for, before its junctions. */
export function seedOfPhrase(phrase: string, password = ''): Uint8Array {
  if (phrase.startsWith('0x')) {
    if (!isHex(phrase) || phrase.length !== 66) {
      throw new NeuriteError('InvalidSuri', 'The hexadecimal seed is malformed.', {
        details: ['Expected `0x` and exactly 64 hexadecimal digits.'],
      })
    }
    return hexToBytes(phrase)
  }
  if ((phrase === '' || phrase === DEV_PHRASE) && password === '') return hexToBytes(DEV_SEED)
  return mnemonicToSeed(phrase === '' ? DEV_PHRASE : phrase, password)
}
