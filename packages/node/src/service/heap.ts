/**
 * The process's heap, set up for a chain: most of what a block allocates is garbage once it is committed, and the rest
 * stays for hours.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collector = (options: { readonly type: 'minor' }) => void

let collector: Collector | undefined

/** To be called at the start of a program, before anything is allocated. */
export function tuneHeap(): void {
  // The heap is collected at 1.25 times what lives instead of twice: a third less memory, and still dozens of blocks from
  // one collection to the next, as little garbage grows old.
  setFlagsFromString('--heap-growing-percent=25')
  setFlagsFromString('--expose-gc')
  collector = runInNewContext('gc') as Collector
}

/**
 * Collects what the last block left behind while it is young. In the middle of the next block the collector would copy
 * all that this one works on, and take it for something that stays. Does nothing in a program that is not tuned.
 */
export function collectYoung(): void {
  collector?.({ type: 'minor' })
}
