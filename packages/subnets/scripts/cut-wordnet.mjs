#!/usr/bin/env node
// Cuts the data card `wordnet-glosses@1` from the Debian package wordnet-base.
//
//   apt-get download wordnet-base && dpkg-deb -x wordnet-base_*.deb unpacked
//   node packages/subnets/scripts/cut-wordnet.mjs unpacked wordnet-base_*.deb
//
// The card holds 1. meanings: headwords, definition, examples and the meaning above each; 2. a thesaurus of single words.
// Left out: proper names (persons, places, brands), definitions that say a word is a slur or vulgar, and texts that are
// too short to be told apart. The file is named by the SHA-256 of its bytes, which the loader checks.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const MEANINGS = 24_000
const [, , unpacked, deb] = process.argv
if (!unpacked || !deb) {
  console.error('usage: cut-wordnet.mjs <folder of the unpacked package> <the .deb it came from>')
  process.exit(2)
}
const wordnet = join(unpacked, 'usr/share/wordnet')
const sha256 = (data) => createHash('sha256').update(data).digest('hex')

const REFUSED =
  /\b(offensive|slurs?|vulgar|obscene|derogatory|disparag\w*|ethnic|racial|sexual\w*|genital\w*|penis|prostitut\w*|copulat\w*|nazi\w*|drugs?)\b/i

/** Lines of a WordNet file without the licence header (its lines begin with two spaces). */
const linesOf = (name) =>
  readFileSync(join(wordnet, name), 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('  '))

// Layout of data.*: wndb(5WN). offset lexfile type wordCount(hex) (word lexId)* pointerCount (symbol offset pos st)* ... | gloss
function parseMeaning(line, pos) {
  const [data, gloss = ''] = line.split(' | ')
  const fields = data.trim().split(' ')
  const words = []
  const count = Number.parseInt(fields[3], 16)
  for (let i = 0; i < count; i++) words.push(fields[4 + 2 * i].replace(/\((a|p|ip)\)$/, '').replaceAll('_', ' '))
  let at = 4 + 2 * count
  const pointers = Number(fields[at++])
  let above
  let named = false
  for (let i = 0; i < pointers; i++, at += 4) {
    const symbol = fields[at]
    if (symbol === '@i') named = true
    if ((symbol === '@' || symbol === '&') && above === undefined)
      above = `${fields[at + 2].replace('s', 'a')}${fields[at + 1]}`
  }
  const parts = gloss.trim().split(/;\s*(?=")/)
  const definition = parts[0].trim().replace(/\s+/g, ' ').replace(/;$/, '')
  const examples = parts.slice(1).map((text) =>
    text
      .replace(/^"|"?;?$/g, '')
      .replace(/"/g, '')
      .trim(),
  )
  return { id: `${pos}${fields[0]}`, words, definition, examples: examples.filter(Boolean), above, named }
}

const meanings = new Map()
for (const [file, pos] of [
  ['data.noun', 'n'],
  ['data.verb', 'v'],
  ['data.adj', 'a'],
  ['data.adv', 'r'],
]) {
  for (const line of linesOf(file)) {
    const meaning = parseMeaning(line, pos)
    meanings.set(meaning.id, meaning)
  }
}

const plain = (word) => /^[a-z]{3,}$/.test(word)
function usable({ words, definition, named, above }) {
  if (named || above === undefined) return false
  if (words.some((word) => word !== word.toLowerCase())) return false
  const content = definition.match(/[a-z]{3,}/g) ?? []
  if (content.length < 6 || definition.length > 160) return false
  if (/[^\x20-\x7e]/.test(definition)) return false
  return !REFUSED.test(definition) && !words.some((word) => REFUSED.test(word))
}

// Whole families (meanings below the same one) are kept together: brothers are the hard negatives.
const families = new Map()
for (const meaning of meanings.values()) {
  if (!usable(meaning)) continue
  const family = families.get(meaning.above) ?? []
  family.push(meaning)
  families.set(meaning.above, family)
}
const chosen = []
const ordered = [...families].filter(([, family]) => family.length >= 4)
ordered.sort(([a], [b]) => (sha256(a) < sha256(b) ? -1 : 1))
for (const [, family] of ordered) {
  if (chosen.length >= MEANINGS) break
  chosen.push(...family.slice(0, 40))
}
chosen.sort((a, b) => (a.id < b.id ? -1 : 1))

// Thesaurus: for each word of the definitions, the single words that share one of its first two senses per class.
const vocabulary = new Set(chosen.flatMap(({ definition }) => definition.toLowerCase().match(/[a-z]{3,}/g) ?? []))
const thesaurus = new Map()
for (const [file, pos] of [
  ['index.noun', 'n'],
  ['index.verb', 'v'],
  ['index.adj', 'a'],
]) {
  for (const line of linesOf(file)) {
    const fields = line.trim().split(' ')
    const [word] = fields
    if (!plain(word) || !vocabulary.has(word)) continue
    const senses = Number(fields[2])
    for (const offset of fields.slice(-senses).slice(0, 2)) {
      const meaning = meanings.get(`${pos}${offset}`)
      for (const other of meaning?.words ?? []) {
        if (other === word || !plain(other) || REFUSED.test(other)) continue
        const known = thesaurus.get(word) ?? []
        if (!known.includes(other) && known.length < 4) thesaurus.set(word, [...known, other])
      }
    }
  }
}

const kept = new Map(chosen.map((meaning, index) => [meaning.id, index]))
const aboves = new Map()
const rows = []
for (const { words, definition, examples, above } of chosen) {
  if (!aboves.has(above)) aboves.set(above, aboves.size)
  rows.push(
    JSON.stringify({
      w: words.slice(0, 4),
      g: definition,
      ...(examples.length > 0 ? { e: examples.slice(0, 1) } : {}),
      f: aboves.get(above),
    }),
  )
}
for (const [word, others] of [...thesaurus].sort(([a], [b]) => (a < b ? -1 : 1)))
  rows.push(JSON.stringify({ t: word, s: others }))
const text = `${rows.join('\n')}\n`

const folder = join(dirname(fileURLToPath(import.meta.url)), '../data/wordnet-glosses-1')
mkdirSync(folder, { recursive: true })
for (const old of readdirSync(folder)) if (old.endsWith('.br')) rmSync(join(folder, old))
const packed = brotliCompressSync(Buffer.from(text), {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
})
const hash = sha256(packed)
writeFileSync(join(folder, `${hash}.jsonl.br`), packed)
writeFileSync(
  join(folder, 'manifest.json'),
  `${JSON.stringify(
    {
      name: 'wordnet-glosses',
      version: 1,
      sha256: hash,
      bytes: packed.length,
      meanings: kept.size,
      thesaurus: thesaurus.size,
      source: {
        package: 'wordnet-base',
        version: '1:3.0-37',
        distribution: 'Debian',
        sha256: sha256(readFileSync(deb)),
      },
      licence: 'WordNet 3.0 licence (see LICENSE)',
      script: 'packages/subnets/scripts/cut-wordnet.mjs',
    },
    null,
    2,
  )}\n`,
)
const copyright = readFileSync(join(unpacked, 'usr/share/doc/wordnet-base/copyright'), 'utf8')
const licence = copyright.slice(copyright.indexOf(' This software and database'), copyright.indexOf('Files: debian/*'))
writeFileSync(
  join(folder, 'LICENSE'),
  `The file *.jsonl.br in this folder is an extract of WordNet 3.0.\nCopyright 1996-2012 Cognitive Science Laboratory, Princeton University\n\n${licence
    .split('\n')
    .map((line) => (line === ' .' ? '' : line.replace(/^ /, '')))
    .join('\n')
    .trim()}\n`,
)
console.log(`${kept.size} meanings, ${thesaurus.size} thesaurus words, ${packed.length} bytes, sha256 ${hash}`)
