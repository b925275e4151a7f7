/** One chain behind several nodes: work goes on at the next when one falls silent. */
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import { type Chain, connectChain } from '../client/index.ts'

/** What says that the node is gone, and not that it refused. */
const NODE_IS_GONE = [
  'ConnectionLost',
  'ConnectionClosed',
  'NotReachable',
  'RequestTimeout',
  'BadResponse',
  'OtherChain',
  'NodeStalled',
]
const CONNECT_MS = 5_000
const ANSWER_MS = 20_000
/** How often all nodes are tried before giving up. */
const ROUNDS = 3

export const isNodeGone = (error: unknown): boolean => NODE_IS_GONE.some((code) => isNeuriteError(error, code))

export interface Endpoints {
  readonly url: string
  readonly switches: number
  /** Runs `work` on a living node; again on the next if its node goes away meanwhile. */
  use<T>(work: (chain: Chain) => Promise<T>): Promise<T>
  close(): void
}

export function openEndpoints(urls: readonly string[]): Endpoints {
  let at = 0
  let switches = 0
  let current: Promise<Chain> | undefined
  let genesisHash: string | undefined

  async function open(): Promise<Chain> {
    const alone = urls.length === 1
    let chain: Chain | undefined
    chain = await connectChain({
      url: urls[at]!,
      connectTimeoutMs: CONNECT_MS,
      requestTimeoutMs: ANSWER_MS,
      // With another node at hand there is no reason to wait for this one.
      onStatus: (status) => {
        if (status === 'disconnected' && !alone) chain?.close()
      },
    })
    genesisHash ??= chain.genesisHash
    if (chain.genesisHash !== genesisHash) {
      chain.close()
      throw new NeuriteError('OtherChain', `The node at \`${urls[at]}\` serves another chain.`, {
        details: [`Expected genesis \`${genesisHash}\`, it has \`${chain.genesisHash}\`.`],
      })
    }
    return chain
  }

  async function leave(): Promise<void> {
    const left = current
    current = undefined
    at = (at + 1) % urls.length
    switches++
    await left?.then(
      (chain) => chain.close(),
      () => undefined,
    )
  }

  return {
    get url() {
      return urls[at]!
    },
    get switches() {
      return switches
    },
    async use(work) {
      for (let failures = 0; ; ) {
        try {
          current ??= open()
          return await work(await current)
        } catch (error) {
          failures++
          if (!isNodeGone(error) || failures >= ROUNDS * urls.length) throw error
          await leave()
        }
      }
    },
    close() {
      void current?.then(
        (chain) => chain.close(),
        () => undefined,
      )
      current = undefined
    },
  }
}

/** A chain that somebody else opened, and will close. */
export function ownEndpoint(chain: Chain): Endpoints {
  return { url: chain.connection.url, switches: 0, use: (work) => work(chain), close: () => undefined }
}

/**
 * Resolves when block `number` is the best one.
 * @throws NeuriteError `NodeStalled` when no block at all comes for `patienceMs`: the node answers, but has lost the chain
 */
export async function waitForBlock(chain: Chain, number: number, patienceMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let settle: (error?: NeuriteError) => void = () => undefined
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve())
  })
  done.catch(() => undefined)
  const restart = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => settle(stalled(chain, patienceMs)), patienceMs)
  }
  restart()
  try {
    const subscription = await chain.onBlock((header) => {
      restart()
      if (header.number >= number) settle()
    }, settle)
    try {
      await done
    } finally {
      await subscription.unsubscribe()
    }
  } finally {
    clearTimeout(timer)
  }
}

function stalled(chain: Chain, patienceMs: number): NeuriteError<'NodeStalled'> {
  return new NeuriteError('NodeStalled', `The node at \`${chain.connection.url}\` shows no new block.`, {
    details: [`Nothing came for ${patienceMs / 1000} s. Is it synchronised, and has it peers?`],
  })
}
