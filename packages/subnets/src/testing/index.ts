/** A chain in memory for tests of programs that only see a {@link ChainView}: it registers, serves, and takes weights. */
import type { AccountId } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { ChainView, Endpoint, Metagraph } from '../host/index.ts'

export interface MemoryChain {
  /** Gives the UID. */
  register(hotkey: AccountId): number
  setAxon(hotkey: AccountId, endpoint: Endpoint): void
  /** @unit u16 fraction */
  setIncentive(hotkey: AccountId, incentive: number): void
  /** Goes on by `blocks`. */
  advance(blocks: number): void
  /** Weights by hotkey of who set them, as (uid, weight) pairs. */
  readonly weights: ReadonlyMap<AccountId, readonly (readonly [number, number])[]>
  viewFor(hotkey: AccountId): ChainView
}

export function createMemoryChain({ tempo = 20 }: { readonly tempo?: number } = {}): MemoryChain {
  const hotkeys: AccountId[] = []
  const axons = new Map<AccountId, Endpoint>()
  const incentives = new Map<AccountId, number>()
  const weights = new Map<AccountId, readonly (readonly [number, number])[]>()
  let block = 1

  const metagraph = (): Metagraph => ({
    block,
    tempo,
    weightsVersion: 0n,
    commitReveal: false,
    neurons: hotkeys.map((hotkey, uid) => ({
      uid,
      hotkey,
      axon: axons.get(hotkey),
      incentive: incentives.get(hotkey) ?? 0,
      validatorPermit: false,
    })),
  })

  return {
    register: (hotkey) => hotkeys.push(hotkey) - 1,
    setAxon: (hotkey, endpoint) => void axons.set(hotkey, endpoint),
    setIncentive: (hotkey, incentive) => void incentives.set(hotkey, incentive),
    advance: (blocks) => {
      block += blocks
    },
    weights,
    viewFor: (hotkey) => ({
      metagraph: async () => metagraph(),
      async setWeights(_netuid, uids, values) {
        if (!hotkeys.includes(hotkey))
          throw new NeuriteError('NotRegistered', `Hotkey \`${hotkey}\` is not registered.`)
        weights.set(
          hotkey,
          uids.map((uid, i) => [uid, values[i]!] as const),
        )
        return block
      },
      serveAxon: async (_netuid, endpoint) => void axons.set(hotkey, endpoint),
      close: () => {},
    }),
  }
}
