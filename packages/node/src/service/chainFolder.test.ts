import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chainFolder, removeChain } from './chainFolder.ts'

function withBasePath(use: (basePath: string) => void): void {
  const basePath = mkdtempSync(join(tmpdir(), 'neurite-base-'))
  try {
    use(basePath)
  } finally {
    rmSync(basePath, { recursive: true, force: true })
  }
}

test('behavior: a chain of an older store format can be removed, which is what its refusal advises', () => {
  withBasePath((basePath) => {
    const folder = chainFolder(basePath)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'store.json'), JSON.stringify({ format: 'neurite-chain-store', version: 1 }))
    writeFileSync(join(folder, 'data.mdb'), 'old')
    expect(removeChain(basePath)).toBe(true)
    expect(existsSync(folder)).toBe(false)
  })
})

test('behavior: a folder of something else is not removed', () => {
  withBasePath((basePath) => {
    const folder = chainFolder(basePath)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'letters.txt'), 'dear')
    expect(() => removeChain(basePath)).toThrow('holds other files than a chain store')
    expect(existsSync(join(folder, 'letters.txt'))).toBe(true)
  })
})
