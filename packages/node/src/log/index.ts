/**
 * The node's log. Lines look like a Substrate node's (`2026-06-30 12:00:00 ✨ Imported #1 (0x1234…abcd)`) because
 * people and test harnesses grep for them.
 *
 * Policy of levels: `error` needs a person, `warn` may need one, `info` tells what a healthy node does (a few lines a
 * block at most), `debug` is for developers. Lines go to standard error, so that a harness that stops reading standard
 * output never blocks the node; what a harness waits for is also announced on standard output (`announce`).
 */

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Logger {
  readonly level: LogLevel
  error(message: string): void
  warn(message: string): void
  info(message: string): void
  debug(message: string): void
  /** Info on standard output as well: the few lines a launcher waits for. */
  announce(message: string): void
}

export interface LoggerOptions {
  readonly level?: LogLevel
  /** Takes one line without its end; standard error if not given. */
  readonly write?: (line: string) => void
  /** Takes an announced line; standard output if not given. */
  readonly announce?: (line: string) => void
  readonly now?: () => Date
}

export function createLogger(options: LoggerOptions = {}): Logger {
  const level = options.level ?? 'info'
  const threshold = LOG_LEVELS.indexOf(level)
  const write = options.write ?? ((line: string) => void process.stderr.write(`${line}\n`))
  const announce = options.announce ?? ((line: string) => void process.stdout.write(`${line}\n`))
  const now = options.now ?? (() => new Date())
  const stamp = () => now().toISOString().slice(0, 19).replace('T', ' ')
  const at = (lineLevel: LogLevel, mark: string) =>
    LOG_LEVELS.indexOf(lineLevel) > threshold ? () => {} : (message: string) => write(`${stamp()} ${mark}${message}`)
  return {
    level,
    error: at('error', 'ERROR '),
    warn: at('warn', 'WARN '),
    info: at('info', ''),
    debug: at('debug', 'DEBUG '),
    announce: (message) => announce(`${stamp()} ${message}`),
  }
}

/** Says nothing; for tests and tools. */
export const silentLogger: Logger = createLogger({ level: 'error', write: () => {}, announce: () => {} })

/** An error with its stack, for a log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
