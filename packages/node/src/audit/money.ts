/**
 * Recounts the money, trusting nobody: from raw keys and bytes only, sharing no counter and no codec with the pallets.
 *
 * After every block the totals of the accounts that it wrote are brought up to date; at every epoch all accounts are
 * counted anew. What must hold: the sum of balances is the issuance of both pallets, no block adds more than the
 * schedule allows, and the account of every pool holds at least the pool's TAO.
 */
import { type ByteString, byteStringToHex, bytesToByteString, utf8ToBytes } from '@neurite/primitives/bytes'
import { twox128 } from '@neurite/primitives/hash'
import type { StateChanges, StateReader } from '@neurite/runtime'

export interface MoneyFault {
  /** Which rule is broken. */
  readonly rule: 'balances' | 'issuance' | 'schedule' | 'pool' | 'recount'
  readonly details: string
}

const name = (text: string): ByteString => bytesToByteString(twox128(utf8ToBytes(text)))
const ACCOUNT = name('System') + name('Account')
const BALANCES_ISSUANCE = name('Balances') + name('TotalIssuance')
const SUBTENSOR_ISSUANCE = name('SubtensorModule') + name('TotalIssuance')
const SUBNET_TAO = name('SubtensorModule') + name('SubnetTAO')
const LAST_EPOCH = name('SubtensorModule') + name('LastEpochBlock')

/** Characters of a blake2_128 hash before the account in a key. */
const HASH = 16
/** Bytes of nonce and three reference counts before the balances. */
const REFERENCES = 16

/** Rao: 21 million TAO, and what the first blocks mint. */
const SUPPLY = 21_000_000_000_000_000n
const FIRST_EMISSION = 1_000_000_000n

/** Rao that a block may mint when `issued` rao exist: halves each time half of what was left is issued. */
function scheduled(issued: bigint): bigint {
  let emission = FIRST_EMISSION
  let left = SUPPLY
  while (left > 1n && issued >= SUPPLY - left / 2n) {
    left /= 2n
    emission /= 2n
  }
  return issued >= SUPPLY ? 0n : emission
}

function readU64(bytes: Uint8Array | undefined, at = 0): bigint {
  if (bytes === undefined || bytes.length < at + 8) return 0n
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true)
}

/** Free and reserved rao of an account. */
function heldBy(account: Uint8Array | undefined): bigint {
  return account === undefined ? 0n : readU64(account, REFERENCES) + readU64(account, REFERENCES + 8)
}

/** Account of a subnet's pool: `modl`, the pallet's id, the netuid, zeros. */
function poolAccount(netuid: ByteString): ByteString {
  return `modlsubtensr${netuid}`.padEnd(32, '\0')
}

export class MoneyAudit {
  /** Rao by account, for every account of the chain. */
  private held = new Map<ByteString, bigint>()
  private pools = new Map<ByteString, bigint>()
  private sum = 0n

  /** Counts the state that the audit begins with. */
  constructor(state: StateReader) {
    this.count(state)
  }

  /** Number of accounts with a balance. */
  get accounts(): number {
    return this.held.size
  }

  private count(state: StateReader): void {
    this.held = new Map()
    this.pools = new Map()
    this.sum = 0n
    for (const key of state.keys(ACCOUNT)) this.setAccount(key, state.get(key))
    for (const key of state.keys(SUBNET_TAO)) this.pools.set(key.slice(SUBNET_TAO.length), readU64(state.get(key)))
  }

  private setAccount(key: ByteString, bytes: Uint8Array | undefined): void {
    const account = key.slice(ACCOUNT.length + HASH)
    const now = heldBy(bytes)
    this.sum += now - (this.held.get(account) ?? 0n)
    if (now === 0n) this.held.delete(account)
    else this.held.set(account, now)
  }

  /** Faults after a block that changed `changes` and left the state `state`. */
  afterBlock(state: StateReader, changes: StateChanges): MoneyFault[] {
    const before = this.sum
    let epochRan = false
    for (const [key, bytes] of changes) {
      if (key.startsWith(ACCOUNT)) this.setAccount(key, bytes)
      else if (key.startsWith(SUBNET_TAO)) this.pools.set(key.slice(SUBNET_TAO.length), readU64(bytes))
      else if (key.startsWith(LAST_EPOCH)) epochRan = true
    }
    const faults = this.faultsOf(state)
    const minted = this.sum - before
    if (minted > scheduled(before)) {
      faults.push({
        rule: 'schedule',
        details: `${minted} rao were added to ${before}, the schedule allows ${scheduled(before)}`,
      })
    }
    if (epochRan) faults.push(...this.recount(state))
    return faults
  }

  private faultsOf(state: StateReader): MoneyFault[] {
    const faults: MoneyFault[] = []
    const issued = readU64(state.get(BALANCES_ISSUANCE))
    const counted = readU64(state.get(SUBTENSOR_ISSUANCE))
    if (issued !== this.sum) {
      faults.push({
        rule: 'balances',
        details: `all accounts hold ${this.sum} rao, Balances.TotalIssuance is ${issued}`,
      })
    }
    if (counted !== issued) {
      faults.push({
        rule: 'issuance',
        details: `SubtensorModule.TotalIssuance is ${counted}, Balances.TotalIssuance ${issued}`,
      })
    }
    for (const [netuid, pool] of this.pools) {
      const account = poolAccount(netuid)
      const balance = this.held.get(account) ?? 0n
      if (balance < pool) {
        faults.push({
          rule: 'pool',
          details: `the account of subnet ${byteStringToHex(netuid)} holds ${balance} rao, its pool ${pool}`,
        })
      }
    }
    return faults
  }

  /** Counts everything anew and compares: what the blocks wrote must be what the state holds. */
  private recount(state: StateReader): MoneyFault[] {
    const { sum, held } = this
    this.count(state)
    if (sum === this.sum && held.size === this.held.size) return []
    return [
      {
        rule: 'recount',
        details: `block by block ${sum} rao in ${held.size} accounts, in the state ${this.sum} in ${this.held.size}`,
      },
    ]
  }
}
