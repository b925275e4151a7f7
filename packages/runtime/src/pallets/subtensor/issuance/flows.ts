/** TAO that users and the protocol move into and out of pools; the mode "TAO flow" shares emission by it. */
import { clampBig } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

const MAX_I64 = (1n << 63n) - 1n

function add(flow: bigint, delta: bigint): bigint {
  return clampBig(flow + delta, -MAX_I64 - 1n, MAX_I64)
}

/** Notes rao that users paid in (positive) or took out (negative). */
export function noteUserFlow(ctx: Ctx, netuid: number, rao: bigint): void {
  storage.SubnetTaoFlow.mutate(ctx, { netuid }, (flow) => add(flow, rao))
}

/** Notes rao that the protocol put in (positive) or took out (negative). */
export function noteProtocolFlow(ctx: Ctx, netuid: number, rao: bigint): void {
  storage.SubnetProtocolFlow.mutate(ctx, { netuid }, (flow) => add(flow, rao))
}
