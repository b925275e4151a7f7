/** Checking a running chain from outside of its rules. */
import type { Chain } from '../service/index.ts'
import { MoneyAudit, type MoneyFault } from './money.ts'

export { MoneyAudit, type MoneyFault }

export interface RunningAudit {
  /** Resolves with the first block whose money does not add up. */
  readonly failed: Promise<{ readonly number: number; readonly faults: readonly MoneyFault[] }>
  /** Blocks looked at so far. */
  readonly blocks: number
  stop(): void
}

/** Recounts the money after every block of the chain from now on. */
export function auditMoney(chain: Chain): RunningAudit {
  const audit = new MoneyAudit(chain.stateAt(chain.best).reader)
  let blocks = 0
  let stop: () => void = () => {}
  const failed = new Promise<{ number: number; faults: readonly MoneyFault[] }>((resolve) => {
    stop = chain.imported.subscribe((block) => {
      blocks++
      const faults = audit.afterBlock(chain.stateAt(block).reader, block.changes)
      if (faults.length > 0) {
        stop()
        resolve({ number: block.number, faults })
      }
    })
  })
  return {
    failed,
    get blocks() {
      return blocks
    },
    stop: () => stop(),
  }
}
