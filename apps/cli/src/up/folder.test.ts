import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimNetworkFolder, forgetNetwork } from './folder.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'neurite-folder-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

test('a new folder is made; what it holds later stays at the next start', () => {
  const path = join(base, 'a', 'b')
  claimNetworkFolder(path)
  mkdirSync(join(path, 'chain'))
  claimNetworkFolder(path)
  expect(readdirSync(path).sort()).toEqual(['chain', 'network.json'])
})

test('a network is forgotten without its logs, and without what somebody else put there', () => {
  claimNetworkFolder(base)
  for (const part of ['data', 'logs']) mkdirSync(join(base, part))
  for (const file of ['staked.json', 'notes.txt']) writeFileSync(join(base, file), 'x')
  forgetNetwork(base)
  expect(readdirSync(base).sort()).toEqual(['logs', 'network.json', 'notes.txt'])
})

test('a folder that holds other files is refused and left as it is', () => {
  mkdirSync(join(base, 'data'))
  writeFileSync(join(base, 'data', 'thesis.txt'), 'years of work')
  expect(() => claimNetworkFolder(base)).toThrow(
    `The folder \`${base}\` is not empty and holds no network.\nFound \`data\` but no \`network.json\`.\nChoose an empty or a new folder with --base-path; it is made if it is missing.`,
  )
  expect(readFileSync(join(base, 'data', 'thesis.txt'), 'utf8')).toBe('years of work')
  expect(existsSync(join(base, 'network.json'))).toBe(false)
})
