/** Checking a running chain from outside of its rules. */
import type { Chain } from '../service/index.ts'
import { MoneyAudit, type MoneyFault } from './money.ts'
import { rootSetsBalances } from './rootMint.ts'

export { MoneyAudit, type MoneyFault }

export interface RunningAudit {
  /** Resolves with the first block whose money does not add up. */
  readonly failed: Promise<{ readonly number: number; readonly faults: readonly MoneyFault[] }>
  /** Blocks looked at so far. */
  readonly blocks: number
  stop(): void
}

/**
 * Recounts the money after every block of the chain from now on. Money that root has made by setting a balance is told
 * to `onRootMint` instead of being a fault.
 */
export function auditMoney(
  chain: Chain,
  onRootMint: (number: number, details: string) => void = () => {},
): RunningAudit {
  const audit = new MoneyAudit(chain.stateAt(chain.best).reader)
  let blocks = 0
  let stop: () => void = () => {}
  const failed = new Promise<{ number: number; faults: readonly MoneyFault[] }>((resolve) => {
    stop = chain.imported.subscribe((block) => {
      blocks++
      const found = audit.afterBlock(chain.stateAt(block).reader, block.changes)
      const faults = found.filter(({ rule, details }) => {
        if (rule !== 'schedule' || !rootSetsBalances(chain, block.extrinsics)) return true
        onRootMint(block.number, details)
        return false
      })
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
