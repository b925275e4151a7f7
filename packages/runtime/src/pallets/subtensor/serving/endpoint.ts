/** Checks on announced endpoints. subtensor 14bc6f9 pallets/subtensor/src/subnets/serving.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage/index.ts'

const LOCALHOST_V4 = 0x7f00_0001n
const LOCALHOST_V6 = 1n
const BROADCAST_V4 = 0xffff_ffffn
const LAST_V6 = (1n << 128n) - 1n

export interface Endpoint {
  readonly netuid: number
  /** As an integer, in network order. */
  readonly ip: bigint
  readonly port: number
  /** 4 or 6. */
  readonly ip_type: number
}

function isAllowedAddress(type: number, ip: bigint): boolean {
  return type === 4 ? ip < BROADCAST_V4 && ip !== LOCALHOST_V4 : ip !== LAST_V6 && ip !== LOCALHOST_V6
}

function ensureRegistered(ctx: Ctx, hotkey: AccountId, netuid: number): void {
  ensure(storage.Uids.has(ctx, { netuid, hotkey }), errors.HotKeyNotRegisteredInNetwork)
}

/** True when nothing was announced yet, or not for long enough. */
function passesRateLimit(ctx: Ctx, netuid: number, last: bigint): boolean {
  const limit = storage.ServingRateLimit.get(ctx, { netuid })
  return limit === 0n || last === 0n || ctx.block - last >= limit
}

/** An axon may have the zero address: it is registered but cannot be reached. */
export function ensureAxon(ctx: Ctx, hotkey: AccountId, { netuid, ip, port, ip_type }: Endpoint): void {
  ensureRegistered(ctx, hotkey, netuid)
  ensure(ip_type === 4 || ip_type === 6, errors.InvalidIpType)
  ensure(isAllowedAddress(ip_type, ip), errors.InvalidIpAddress)
  const last = storage.Axons.get(ctx, { netuid, hotkey })?.block ?? 0n
  ensure(passesRateLimit(ctx, netuid, last), errors.ServingRateLimitExceeded)
  ensure(port !== 0, errors.InvalidPort)
}

export function ensurePrometheus(ctx: Ctx, hotkey: AccountId, { netuid, ip, port, ip_type }: Endpoint): void {
  ensure(ip_type === 4 || ip_type === 6, errors.InvalidIpType)
  ensure(ip !== 0n && isAllowedAddress(ip_type, ip), errors.InvalidIpAddress)
  ensureRegistered(ctx, hotkey, netuid)
  const last = storage.Prometheus.get(ctx, { netuid, hotkey })?.block ?? 0n
  ensure(passesRateLimit(ctx, netuid, last), errors.ServingRateLimitExceeded)
  ensure(port !== 0, errors.InvalidPort)
}
