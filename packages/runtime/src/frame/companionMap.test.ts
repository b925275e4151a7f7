import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CompanionMap } from './companionMap.ts'

const account = fc.constantFrom('alice', 'bob', 'carol')
const companion = fc.oneof(account, fc.nat(3), fc.record({ first: account, second: account }))

test('property: it holds what a map by the companions as texts would hold', () => {
  const step = fc.record({ companion, kind: fc.constantFrom('set', 'set', 'delete', 'clear') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, arePairs) => {
      // An item's companions are pairs or none of them is.
      const mine = steps.filter((each) => (typeof each.companion === 'object') === arePairs)
      const map = new CompanionMap<{ readonly n: number }>()
      const plain = new Map<string, { readonly n: number }>()
      for (const [n, { companion, kind }] of mine.entries()) {
        const text = JSON.stringify(companion)
        if (kind === 'set') {
          map.set(companion, { n })
          plain.set(text, { n })
        } else if (kind === 'delete') expect(map.delete(companion)).toBe(plain.delete(text))
        else if (n % 5 === 0) {
          map.clear()
          plain.clear()
        }
        for (const each of mine) expect(map.get(each.companion)).toEqual(plain.get(JSON.stringify(each.companion)))
        expect(map.size).toBe(plain.size)
      }
    }),
  )
})
