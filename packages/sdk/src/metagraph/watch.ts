/** Following a subnet's metagraph. */
import { isNeuriteError, type NeuriteError } from '@neurite/primitives/errors'
import type { Chain, Subscription } from '../client/index.ts'
import { type Metagraph, readMetagraph } from './read.ts'

export interface WatchMetagraphOptions {
  /** @default 0 */
  readonly mecid?: number
  /**
   * When to read: after each epoch, which is when pay, consensus and permits change; or at each block, for those who
   * also need registrations and announcements at once. @default epoch
   */
  readonly every?: 'epoch' | 'block'
  /** Told of reads that failed; the next block tries again. After `ConnectionClosed` nothing more comes. */
  readonly onError?: (error: NeuriteError) => void
}

/**
 * Calls `onChange` with the metagraph of subnet `netuid` now and after each epoch (or block), until unsubscribed. It
 * goes on after reconnections. Blocks that come while one is being read are skipped, so the caller always gets the
 * newest.
 * @example
 * const watching = await watchMetagraph(chain, 1, ({ block, incentive }) => console.log(block, incentive))
 * await watching.unsubscribe()
 */
export async function watchMetagraph(
  chain: Chain,
  netuid: number,
  onChange: (metagraph: Metagraph) => void,
  options: WatchMetagraphOptions = {},
): Promise<Subscription> {
  const { mecid = 0, every = 'epoch', onError = () => {} } = options
  let stopped = false
  let reading = false
  let again = false
  let lastTold: bigint | undefined

  /** What changes exactly when there is something to tell. */
  const markOf = async (at: string): Promise<bigint> => {
    if (every === 'epoch') return chain.query.SubtensorModule.SubnetEpochIndex.get([netuid], { at })
    return BigInt((await chain.header(at)).number)
  }

  const readOnce = async (): Promise<void> => {
    const at = await chain.connection.request<string>('chain_getBlockHash')
    const mark = await markOf(at)
    if (mark === lastTold) return
    const metagraph = await readMetagraph(chain, netuid, { mecid, at })
    if (stopped) return
    lastTold = mark
    onChange(metagraph)
  }

  const onBlock = async (): Promise<void> => {
    again = true
    if (reading) return
    reading = true
    try {
      while (again && !stopped) {
        again = false
        await readOnce().catch((error: unknown) => {
          // What the caller's own function throws is not ours to swallow.
          if (!isNeuriteError(error)) throw error
          if (!stopped) onError(error)
        })
      }
    } finally {
      reading = false
    }
  }

  const subscription = await chain.onBlock(
    () => void onBlock(),
    (error) => !stopped && onError(error),
  )
  return {
    unsubscribe() {
      stopped = true
      return subscription.unsubscribe()
    },
  }
}
