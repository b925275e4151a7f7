#!/usr/bin/env node
// Writes `upstream-393.json`: the facts of the real V15 metadata of spec 393.
// Usage: node conformance/extract-metadata.mjs <metadata.scale> [output.json]
import { readFileSync, writeFileSync } from 'node:fs'
import { factsToJson } from './facts-json.mjs'
import { normaliseMetadata } from './normalise-metadata.mjs'

const [input, output = new URL('upstream-393.json', import.meta.url)] = process.argv.slice(2)
if (input === undefined) {
  console.error('Usage: node conformance/extract-metadata.mjs <metadata.scale> [output.json]')
  process.exit(2)
}
const facts = normaliseMetadata(new Uint8Array(readFileSync(input)))
writeFileSync(output, `${factsToJson(facts, 4)}\n`)
console.log(`${facts.pallets.length} pallets, ${facts.apis.length} runtime APIs`)
