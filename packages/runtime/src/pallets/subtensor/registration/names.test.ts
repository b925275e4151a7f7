import { bytesToHex, utf8ToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { describe, expect, test } from 'vitest'
import { names } from '../../../testing/harness.ts'
import { ALICE, BOB, createEconomy, startedSubnet } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { DEFAULT_SUBNET_NAMES, defaultSubnetName } from './names.ts'
import { nextSymbol, SYMBOLS } from './symbols.ts'

const digest = (lines: readonly string[]): string => bytesToHex(blake2_256(utf8ToBytes(lines.join('\n'))))

describe('the tables of the reference', () => {
  // Hashes of the reference's own tables, lines joined by line ends.
  test('of names are complete', () => {
    expect(DEFAULT_SUBNET_NAMES).toHaveLength(439)
    expect(digest(DEFAULT_SUBNET_NAMES)).toBe('0x6313ab767c92cf3ac74402f7ce7e777842abbd9d9d1c106fd92e6169984019ee')
  })

  test('of symbols are complete', () => {
    expect(SYMBOLS).toHaveLength(439)
    expect(digest(SYMBOLS)).toBe('0xaa5d648f8f855dc6f40c1bd708dcf8b256718611b0d0e4910c26917d16c34176')
  })

  test('end: later subnets are unknown', () => {
    expect([0, 1, 438, 439].map(defaultSubnetName)).toEqual(['root', 'apex', 'ra', 'unknown'])
  })
})

describe('the symbol of a new subnet', () => {
  const symbol = (text: string) => utf8ToBytes(text)

  test('is that of its index, else the first that is free, never the one of root while another is free', () => {
    const { ctx } = createEconomy()
    expect(nextSymbol(ctx, 5)).toEqual(symbol(SYMBOLS[5]!))
    storage.TokenSymbol.set(ctx, { netuid: 9 }, symbol(SYMBOLS[5]!))
    // Root and the first subnet have the first two.
    expect(nextSymbol(ctx, 5)).toEqual(symbol(SYMBOLS[2]!))
    expect(nextSymbol(ctx, 500)).toEqual(symbol(SYMBOLS[2]!))
  })

  test('is changed by owner and root to one of the table that nobody has', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain } = economy
    const update = (text: string) => calls.update_symbol({ netuid, symbol: symbol(text) })
    expect(chain.error(BOB, update(SYMBOLS[7]!))).toBe('BadOrigin')
    expect(chain.error(ALICE, update('xyz'))).toBe('SubtensorModule.SymbolDoesNotExist')
    expect(chain.error(ALICE, update(SYMBOLS[0]!))).toBe('SubtensorModule.SymbolDoesNotExist')
    expect(chain.error(ALICE, update(SYMBOLS[1]!))).toBe('SubtensorModule.SymbolAlreadyInUse')
    expect(names(chain.run(ALICE, update(SYMBOLS[7]!)))).toEqual(['SubtensorModule.SymbolUpdated'])
    expect(storage.TokenSymbol.get(chain.ctx, { netuid })).toEqual(symbol(SYMBOLS[7]!))
    expect(chain.error('root', update(SYMBOLS[8]!))).toBeUndefined()
  })
})
