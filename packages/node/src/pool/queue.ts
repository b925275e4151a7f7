/** A priority queue of transactions: the one a block should take next comes first. */
import type { PoolTransaction } from './types.ts'

/** Negative when `a` goes before `b`: higher priority, then the shorter remaining life, then the longer stay. */
export function compareBest(a: PoolTransaction, b: PoolTransaction): number {
  if (a.priority !== b.priority) return a.priority > b.priority ? -1 : 1
  return a.validTill - b.validTill || a.order - b.order
}

export interface Queue {
  push(tx: PoolTransaction): void
  pop(): PoolTransaction | undefined
}

/** A binary heap. */
export function createQueue(): Queue {
  const heap: PoolTransaction[] = []
  return {
    push(tx) {
      let at = heap.length
      heap.push(tx)
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (compareBest(heap[parent]!, tx) <= 0) break
        heap[at] = heap[parent]!
        at = parent
      }
      heap[at] = tx
    },
    pop() {
      const top = heap[0]
      const last = heap.pop()
      if (top === undefined || last === undefined || heap.length === 0) return top
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= heap.length) break
        if (child + 1 < heap.length && compareBest(heap[child + 1]!, heap[child]!) < 0) child++
        if (compareBest(last, heap[child]!) <= 0) break
        heap[at] = heap[child]!
        at = child
      }
      heap[at] = last
      return top
    },
  }
}
