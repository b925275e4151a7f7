/** Weights committed as a hash: their validator has to be there again when they are to be revealed. */
import { commitCall, commitHash, commitStanding, freshSalt, revealCall } from './commit.ts'
import { type Arrival, isRefusal, type Journey } from './journey.ts'

/** Reveals that were a block too early or met the turn of an epoch are tried again. */
const REVEAL_TRIES = 5

/** Commits, waits for the epoch of the reveal, and reveals. */
export async function commitHashed(journey: Journey): Promise<Arrival> {
  const { hotkey, plan, endpoints, onStep, send, nextBlock, isStored } = journey
  const salt = freshSalt()
  const hash = commitHash(hotkey, plan, salt)
  const committedAt = await send(
    commitCall(plan, hash),
    async (chain) => (await commitStanding(chain, hotkey, plan, hash)) !== 'gone',
  )
  journey.committed(committedAt)
  onStep(`The weights are committed since block ${committedAt}; they are revealed when their epoch comes.`)
  for (let tries = 0; ; ) {
    const now = await endpoints.use((chain) => commitStanding(chain, hotkey, plan, hash))
    if (now === 'expired') return { lost: 'The commit expired before it could be revealed.' }
    if (now === 'gone') {
      const found = await endpoints.use(async (chain) => ({
        isThere: await isStored(chain),
        at: await chain.blockNumber(),
      }))
      return found.isThere ? { setAt: found.at, beforeEpoch: false } : { lost: 'The commit is no longer on chain.' }
    }
    if (now === 'early') {
      await nextBlock()
      continue
    }
    try {
      const setAt = await send(revealCall(plan, salt), isStored)
      onStep(`The weights are revealed since block ${setAt}.`)
      return { setAt, beforeEpoch: false }
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (++tries >= REVEAL_TRIES) return { lost: `The chain refused the reveal: ${error.shortMessage}` }
      await nextBlock()
    }
  }
}
