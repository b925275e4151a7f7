import { expect, test } from 'vitest'
import { decodeRedo, encodeRedo } from './redo.ts'
import { createLayer } from './unwritten.ts'

const layer = createLayer()
layer.state.add('pallet item a', Uint8Array.of(1, 2))
layer.state.add('pallet item b', undefined)
layer.gone.add('pallet item b', new Uint8Array(20_000).fill(7))

test('behavior: what is encoded comes back, in several pieces', () => {
  const pieces = encodeRedo(layer)
  expect(pieces.length).toBeGreaterThan(1)
  expect(decodeRedo(pieces)).toEqual(layer)
})

test('behavior: entries of a table that is no more are passed over', () => {
  // Table 2, nothing shared, one byte of key, a value of one byte.
  const former = Uint8Array.of(2, 0, 1, 0x61, 2, 9)
  expect(decodeRedo([...encodeRedo(layer), former])).toEqual(layer)
})
