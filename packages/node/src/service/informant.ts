/** The log lines by which people and harnesses follow a node, in the shape of Substrate's informant. */
import type { Hash } from '@neurite/primitives/bytes'
import type { Logger } from '../log/index.ts'
import type { Chain } from './chain.ts'

const IDLE_MS = 5000

/** First and last four digits of a hash. */
export const shortHash = (hash: Hash) => `${hash.slice(0, 6)}…${hash.slice(-4)}`

/** Logs every block, and now and then that the node is alive. Returns how to stop. */
export function startInformant(chain: Chain, log: Logger): () => void {
  let announced = false
  const stops = [
    chain.imported.subscribe(({ number, hash, header }) => {
      const line = `🏆 Imported #${number} (${shortHash(header.parentHash)} → ${shortHash(hash)})`
      // The harnesses of the Python clients wait for the first one on standard output, and may not read it afterwards.
      if (announced) log.info(line)
      else log.announce(line)
      announced = true
    }),
    chain.reverted.subscribe(({ number, hash }) => log.info(`↩️ Back at #${number} (${shortHash(hash)})`)),
  ]
  const timer = setInterval(() => {
    const { best, finalized } = chain
    log.info(
      `💤 Idle (0 peers), best: #${best.number} (${shortHash(best.hash)}), finalized #${finalized.number} (${shortHash(finalized.hash)}), ⬇ 0 ⬆ 0`,
    )
  }, IDLE_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    for (const stop of stops) stop()
  }
}
