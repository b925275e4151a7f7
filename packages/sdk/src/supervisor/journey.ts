/** What the ways of getting weights on chain share. */
import type { AccountId } from '@neurite/primitives/bytes'
import { isNeuriteError, type NeuriteError } from '@neurite/primitives/errors'
import { CallFailed, type Chain, RpcError, type RuntimeCall } from '../client/index.ts'
import type { Endpoints } from './endpoints.ts'
import type { WeightPlan } from './plan.ts'

/** The pool took it, and let it go without a block: another may get in. */
const DROPPED = ['NotIncluded', 'Usurped', 'FinalityTimeout']
export const isDropped = (error: unknown): error is NeuriteError => DROPPED.some((code) => isNeuriteError(error, code))

/** The chain said no; not that it was out of reach. */
export const isRefusal = (error: unknown): error is NeuriteError =>
  error instanceof CallFailed || error instanceof RpcError || isDropped(error)

/** One set of weights on its way. */
export interface Journey {
  readonly hotkey: AccountId
  readonly plan: WeightPlan
  readonly uid: number
  readonly endpoints: Pick<Endpoints, 'use'>
  readonly onStep: (text: string) => void
  /**
   * Sends a call and returns the block that took it. After a change of nodes `isThere` says whether it got through.
   * @throws what {@link isRefusal} knows when the chain says no
   */
  send(call: RuntimeCall, isThere: (chain: Chain) => Promise<boolean>): Promise<number>
  /** Resolves with the next block. */
  nextBlock(): Promise<void>
  /** Whether the chain holds these weights. */
  isStored(chain: Chain): Promise<boolean>
  /** Notes the block of the commit. */
  committed(block: number): void
}

/** How far the weights got: set in a block, or not at all. */
export type Arrival = { readonly setAt: number; readonly beforeEpoch: boolean } | { readonly lost: string }
