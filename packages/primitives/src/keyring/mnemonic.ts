/**
 * Recovery phrases: the words of BIP 39, but a seed of Substrate's own making. The seed comes from the entropy behind
 * the words and not from their text, so it differs from the one other chains derive.
 */
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { utf8ToBytes } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'

export type WordCount = 12 | 15 | 18 | 21 | 24

/** Entropy behind `phrase`, 16 to 32 bytes. Errors never repeat the phrase. */
function entropyOf(phrase: string): Uint8Array {
  const words = phrase.trim().split(/\s+/)
  if (![12, 15, 18, 21, 24].includes(words.length)) {
    throw new NeuriteError('InvalidMnemonic', `The recovery phrase has \`${words.length}\` words.`, {
      details: ['Expected 12, 15, 18, 21 or 24 words.'],
    })
  }
  const unknown = words.findIndex((word) => !wordlist.includes(word))
  if (unknown >= 0) {
    throw new NeuriteError('InvalidMnemonic', `Word ${unknown + 1} of the recovery phrase is not in the word list.`, {
      details: ['Expected the lower-case English words of BIP 39.'],
    })
  }
  try {
    return mnemonicToEntropy(words.join(' '), wordlist)
  } catch {
    throw new NeuriteError('InvalidMnemonic', 'The checksum of the recovery phrase is wrong.', {
      details: ['All words exist, so two were probably swapped or one replaced by another.'],
    })
  }
}

/** 32-byte mini secret of `phrase` and `password`, which is the seed for every signature scheme. */
export function mnemonicToSeed(phrase: string, password = ''): Uint8Array {
  return pbkdf2(sha512, entropyOf(phrase), utf8ToBytes(`mnemonic${password}`), { c: 2048, dkLen: 64 }).slice(0, 32)
}

export function isMnemonic(phrase: string): boolean {
  try {
    entropyOf(phrase)
    return true
  } catch {
    return false
  }
}

/** A new recovery phrase of `words` words from the system's randomness. */
export function generateMnemonic(words: WordCount = 12): string {
  return entropyToMnemonic(crypto.getRandomValues(new Uint8Array((words / 3) * 4)), wordlist)
}
