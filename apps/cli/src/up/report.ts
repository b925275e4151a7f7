/** What `neurite up` says while it brings the network up: for people, or one JSON object a line for programs. */
import { type Colours, type Output, sizeOf } from './render.ts'

export interface Report {
  /** A step begins. */
  step(text: string): void
  /** These processes have been started and are waited for. */
  waiting(names: readonly string[]): void
  /** A process tells how far its preparation is, from 0 to 1. */
  progress(name: string, done: number): void
  /** A process is ready. */
  ready(name: string): void
  /** For programs only. */
  message(message: { readonly type: string; readonly [name: string]: unknown }): void
}

export function createReport(output: Output, pc: Colours): Report {
  /** Those that are waited for, and how far they are if they have told. */
  const progress = new Map<string, number | undefined>()
  let transient = false
  const clear = (): void => {
    if (transient) output.write('\r\u001b[2K')
    transient = false
  }
  /** The line of those that are waited for; on a terminal only, where it is drawn over. */
  const draw = (): void => {
    clear()
    if (!output.isTTY || progress.size === 0) return
    const list = [...progress].map(([name, done]) => name + (done === undefined ? '' : ` ${Math.round(done * 100)} %`))
    output.write(pc.dim(`  waiting for ${list.join(', ')}`.slice(0, sizeOf(output).columns - 1)))
    transient = true
  }
  return {
    step(text) {
      clear()
      output.write(`${pc.dim('·')} ${text}\n`)
    },
    waiting(names) {
      for (const name of names) progress.set(name, undefined)
      draw()
    },
    progress(name, done) {
      progress.set(name, done)
      draw()
    },
    ready(name) {
      progress.delete(name)
      draw()
    },
    message() {},
  }
}

/** The same as lines of JSON; bigints are text. */
export function createJsonReport(output: Output): Report {
  const message = (value: object): void => {
    const text = JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item))
    output.write(`${text}\n`)
  }
  return {
    step: (text) => message({ type: 'step', text }),
    waiting: () => {},
    progress: (name, done) => message({ type: 'progress', name, done }),
    ready: (name) => message({ type: 'ready', name }),
    message,
  }
}
