/** Whether the ports are free, before anything is started. */
import { createServer } from 'node:net'
import { NeuriteError } from '@neurite/primitives/errors'

export interface WantedPort {
  readonly host: string
  readonly port: number
  readonly purpose: string
  /** Flag that chooses another. */
  readonly flag: string
}

/**
 * @throws NeuriteError `PortTaken`, `PortWantedTwice`, `PortRefused` or `NoSuchAddress`, naming the port, what it is for
 * and the flag that changes it.
 */
export async function ensurePortsFree(wanted: readonly WantedPort[]): Promise<void> {
  const purposes = new Map<number, string>()
  for (const { port, purpose, flag } of wanted) {
    const other = purposes.get(port)
    if (other !== undefined) {
      throw new NeuriteError('PortWantedTwice', `Port \`${port}\` is wanted for ${other} and for ${purpose}.`, {
        details: [`Choose another with ${flag} <port>.`],
      })
    }
    purposes.set(port, purpose)
  }
  for (const want of wanted) {
    const trouble = await listenOnce(want)
    if (trouble !== undefined) throw explain(want, trouble)
  }
}

function explain({ host, port, purpose, flag }: WantedPort, trouble: string): NeuriteError {
  if (trouble === 'EADDRINUSE') {
    return new NeuriteError('PortTaken', `Port \`${port}\` (${purpose}) is taken.`, {
      details: [`Stop what uses it, or choose another with ${flag} <port>.`],
    })
  }
  if (trouble === 'EADDRNOTAVAIL') {
    return new NeuriteError('NoSuchAddress', `This machine has no address \`${host}\`, which ${purpose} announces.`, {
      details: [`On macOS, \`sudo ifconfig lo0 alias ${host}\` adds it.`],
    })
  }
  return new NeuriteError('PortRefused', `Port \`${port}\` (${purpose}) cannot be used: ${trouble}.`, {
    details: [`Choose another with ${flag} <port>; those below 1024 need special rights.`],
  })
}

/** The system's reason why one cannot listen there; undefined if one can. */
function listenOnce({ host, port }: WantedPort): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}
