import type { Context } from './context.ts'

/** Runs `body` and takes back all that it wrote and emitted. */
export function dryRun<T>(ctx: Context, body: () => T): T {
  const eventCount = ctx.events.length
  ctx.overlay.begin()
  try {
    return body()
  } finally {
    ctx.overlay.rollback()
    ctx.events.length = eventCount
  }
}
