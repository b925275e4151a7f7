/** Which web pages may talk to the node: the `--rpc-cors` option. */
import type { IncomingMessage } from 'node:http'

/** Origins that are allowed; `all` for every one. `*` in an origin stands for any port. */
export type AllowedOrigins = 'all' | readonly string[]

/** What a node allows when nothing is said and it is no development chain. */
export const DEFAULT_ORIGINS: readonly string[] = [
  'http://localhost:*',
  'http://127.0.0.1:*',
  'https://localhost:*',
  'https://127.0.0.1:*',
  'https://polkadot.js.org',
]

/** `all`, `null`, or origins separated by commas. */
export function parseOrigins(option: string): AllowedOrigins {
  return option === 'all' ? 'all' : option.split(',').map((origin) => origin.trim())
}

export function isOriginAllowed(allowed: AllowedOrigins, origin: string | undefined): boolean {
  // Only browsers send an origin; programs do not and need no permission of this kind.
  if (allowed === 'all' || origin === undefined) return true
  return allowed.some((pattern) => {
    if (!pattern.endsWith(':*')) return pattern === origin
    const start = pattern.slice(0, -2)
    return origin === start || new RegExp(`^${start.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}:\\d+$`).test(origin)
  })
}

/**
 * False for a request whose `Host` is no name of this machine. A page can point its own domain at 127.0.0.1 (DNS
 * rebinding) and would then count as same-origin, so a node that listens only locally checks the name.
 */
export function isHostAllowed(request: IncomingMessage): boolean {
  const host = request.headers.host
  if (host === undefined) return true
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}
