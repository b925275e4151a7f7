/**
 * What every program of a subnet shares: a JSON config file, one JSON object per line on stdout, logs on stderr, an end
 * within a second when told to, and an end when its parent is gone.
 */
import { fstatSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import { z } from 'zod'

export type Line = Readonly<Record<string, unknown>> & { readonly type: string }

/** Writes a line for the supervisor. */
export function say(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Writes a line for people. */
export function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`)
}

/**
 * The config file named by `--config`, checked. Each of `switches` may also be given on the command line, where it sets
 * the field of its name: `--allow-unsigned` sets `allowUnsigned`.
 * @throws NeuriteError `InvalidConfig`
 */
export function readConfig<T>(schema: z.ZodType<T>, switches: readonly string[] = []): T {
  const { config, ...given } = readFlags(switches)
  if (typeof config !== 'string') {
    throw new NeuriteError('InvalidConfig', 'There is no config file.', {
      details: ['Start with `--config <file.json>`.'],
    })
  }
  const fields = Object.keys(given).map((name) => [name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()), true])
  const checked = schema.safeParse({ ...readJson(config), ...Object.fromEntries(fields) })
  if (!checked.success) {
    throw new NeuriteError('InvalidConfig', `Config file \`${config}\` does not fit.`, {
      details: checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    })
  }
  return checked.data
}

function readFlags(switches: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const options = {
    config: { type: 'string' as const },
    ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }])),
  }
  try {
    return parseArgs({ options }).values
  } catch (cause) {
    throw new NeuriteError('InvalidConfig', (cause as Error).message.split('. ')[0]!, {
      details: [`Expected \`--config <file.json>\`${switches.map((name) => ` and perhaps \`--${name}\``).join('')}.`],
      cause,
    })
  }
}

function readJson(file: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new NeuriteError('InvalidConfig', `Config file \`${file}\` cannot be read.`, {
      details: [(cause as Error).message],
      cause,
    })
  }
}

/** Fields that all configs of the programs share. */
export const commonConfig = {
  chain: z.url({ protocol: /^wss?$/ }),
  netuid: z.int().min(0).max(65_535),
  /** Secret URI of the key. */
  hotkey: z.string().min(1),
  /** Folder for what must survive a restart. */
  data: z.string().min(1),
}

/** Time the clean end may take. */
const END_MS = 800

/**
 * Runs a program. `main` gives its end; it is called on SIGTERM, SIGINT, or when the parent's pipe to stdin closes.
 * A failure is printed and ends the program with status 1.
 */
export function runProgram(main: (stopped: AbortSignal) => Promise<(() => unknown) | undefined>): void {
  const stop = new AbortController()
  let end: (() => unknown) | undefined
  let ending = false

  const finish = async (status: number): Promise<void> => {
    if (ending) return
    ending = true
    stop.abort()
    const cut = setTimeout(() => process.exit(status), END_MS)
    cut.unref()
    try {
      await end?.()
    } catch (error) {
      log(textOf(error))
    }
    process.exit(status)
  }
  const fail = (error: unknown): void => {
    log(textOf(error))
    say({ type: 'error', error: isNeuriteError(error) ? error.shortMessage : textOf(error) })
    void finish(1)
  }

  process.on('SIGTERM', () => void finish(0))
  process.on('SIGINT', () => void finish(0))
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  // Nobody reads any more.
  process.stdout.on('error', () => void finish(0))
  if (isPipe(0)) {
    process.stdin.on('end', () => void finish(0))
    process.stdin.on('error', () => void finish(0))
    process.stdin.resume()
  }
  main(stop.signal).then((given) => {
    end = given
  }, fail)
}

/** True for a pipe or socket from a parent; a terminal or /dev/null says nothing about one. */
function isPipe(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor)
    return stat.isFIFO() || stat.isSocket()
  } catch {
    return false
  }
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Waits, but not when the program is to stop. */
export function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stopped.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    if (stopped.aborted) done()
    else stopped.addEventListener('abort', done)
  })
}

/** Tries until it works or the program is to stop; tells of every failure. */
export async function persist<T>(what: string, action: () => Promise<T>, stopped: AbortSignal): Promise<T | undefined> {
  for (let wait = 250; !stopped.aborted; wait = Math.min(2 * wait, 5_000)) {
    try {
      return await action()
    } catch (error) {
      log(`${what}: ${textOf(error)}; again in ${wait} ms`)
      await pause(wait, stopped)
    }
  }
  return undefined
}
