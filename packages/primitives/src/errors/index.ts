/**
 * The one error base of Neurite.
 *
 * Every error carries a literal `code` for machines and four lines for people: what is wrong, the value, what was
 * expected, how to fix it. Only `shortMessage` is required; `message` is all of them joined, so it is what a log shows.
 */

export interface NeuriteErrorOptions {
  /** Lines after the first: the value that was given, what was expected, how to fix it. */
  readonly details?: readonly string[]
  /** Machine-readable facts about the failure. Must be free of secrets. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

export class NeuriteError<Code extends string = string> extends Error {
  override readonly name: string = 'NeuriteError'
  readonly code: Code
  readonly shortMessage: string
  readonly details: readonly string[]
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: Code, shortMessage: string, options: NeuriteErrorOptions = {}) {
    const details = options.details ?? []
    super([shortMessage, ...details].join('\n'), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.shortMessage = shortMessage
    this.details = details
    this.data = options.data ?? {}
  }

  /** The first error in the cause chain (this one included) for which `matches` holds; undefined if none does. */
  walk(matches: (error: unknown) => boolean): unknown {
    let error: unknown = this
    while (error !== undefined && error !== null) {
      if (matches(error)) return error
      error = (error as { cause?: unknown }).cause
    }
    return undefined
  }
}

/** True when `error` is a {@link NeuriteError}, narrowed to `code` if one is given. */
export function isNeuriteError<Code extends string>(error: unknown, code?: Code): error is NeuriteError<Code> {
  return error instanceof NeuriteError && (code === undefined || error.code === code)
}
