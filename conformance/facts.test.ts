/** The facts themselves: complete, consistent, and read correctly from Rust. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compareFacts } from './compare-facts.mjs'
import { encodeValue } from './rust/encode.mjs'
import { evaluate } from './rust/evaluate.mjs'
import { parseItems } from './rust/items.mjs'
import { lex, split, textOf } from './rust/lex.mjs'

const load = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
const spec393 = load('upstream-393.json')
const spec425 = load('upstream-425.json')

describe('facts of 393 and 425', () => {
  test('every difference between the two is in the reviewed list, and nothing else is', () => {
    const key = (d: any) => [d.pallet, d.kind, d.name, d.change, d.attribute ?? ''].join(' ')
    const found = compareFacts(spec393, spec425).map(key)
    expect(load('changes-393-425.json').changes.map(key)).toEqual(found)
  })

  test('no type of 425 is unresolved', () => {
    expect(readFileSync(new URL('upstream-425.json', import.meta.url), 'utf8')).not.toMatch(/[":(<,]\?\w/)
  })

  test('positions of errors and events follow the order', () => {
    for (const pallet of spec425.pallets) {
      for (const kind of ['errors', 'events']) {
        const indices = pallet[kind].map((entry: { index: number }) => entry.index)
        expect(indices).toEqual([...indices].sort((a, b) => a - b))
      }
    }
  })

  test('what clients use is marked', () => {
    const count = (kind: string) =>
      spec425.pallets.reduce((sum: number, p: any) => sum + p[kind].filter((e: any) => e.clients).length, 0)
    expect([count('storage'), count('calls'), count('constants')]).toEqual([100, 169, 18])
  })
})

describe('reading Rust', () => {
  test('comments are dropped, documentation is kept, literals are whole', () => {
    const tokens = lex(
      `/// Doc of x.\n// not this\n/* nor /* this */ */ const X: u64 = 1_000u64; 'a 'b' b"\\xF0" r#"q"q"#`,
    )
    expect(tokens.map((token: any) => `${token.kind} ${token.text}`)).toEqual([
      'doc  Doc of x.',
      'ident const',
      'ident X',
      'punct :',
      'ident u64',
      'punct =',
      'number 1_000u64',
      'punct ;',
      "lifetime 'a",
      "char 'b'",
      'string \\xF0',
      'string q"q',
    ])
  })

  test('items carry attributes, documentation and the module they are in', () => {
    const [item] = parseItems(
      lex(`mod pallet { #[pallet::storage] /// Who owns it.
      pub type Owner<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u16, ValueQuery>; }`),
    )
    expect(item).toMatchObject({
      kind: 'type',
      name: 'Owner',
      docs: [' Who owns it.'],
      attributes: ['pallet::storage'],
      module: ['pallet'],
      value: 'StorageMap<_, Blake2_128Concat, T::AccountId, u16, ValueQuery>',
    })
  })

  test('splitting respects brackets of every kind', () => {
    const parts = split(lex('Vec<(u64, T::AccountId)>, [u8; 32], u16'), ',')
    expect(parts.map(textOf)).toEqual(['Vec<(u64, T::AccountId)>', '[u8;32]', 'u16'])
  })

  test.each([
    ['5 * 24 * 60 * 60 / 12', 36_000n],
    ['u64::MAX / 4', 4_611_686_018_427_387_903n],
    ['prod_or_fast!(7_200, 15)', { normal: 7_200n, fast: 15n }],
    ['TaoBalance::new(500)', 500n],
    ['MechId::from(2)', 2n],
    ['(45875, 58982)', { tuple: [45_875n, 58_982n] }],
    ['U64F64::from_num(1.26)', { fixed: 1.26 }],
    ['vec![]', []],
  ])('%s', (text, expected) => {
    const scope = { crate: { name: 'x' }, world: { lookup: () => undefined, associated: () => undefined } }
    expect(evaluate(lex(text), scope)).toEqual(expected)
  })

  test('fixed-point literals round to the nearest bit', () => {
    const bits = { k: 'prim', name: 'i128' }
    const fixed = { k: 'struct', path: 'substrate_fixed::FixedI128', fields: [{ name: 'bits', type: bits }] }
    expect(encodeValue(fixed, { fixed: 0.000003 }, 'I96F32')).toBe('55320000000000000000000000000000')
    expect(encodeValue(fixed, { fixed: 1.26 }, 'I64F64')).toBe('0090c2f5285c8f420100000000000000')
  })
})
