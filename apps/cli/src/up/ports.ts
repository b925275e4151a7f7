/** Whether the ports are free, before anything is started. */
import { createServer } from 'node:net'
import { NeuriteError } from '@neurite/primitives/errors'

export interface WantedPort {
  readonly port: number
  readonly purpose: string
  /** Flag that chooses another. */
  readonly flag: string
}

/** @throws NeuriteError `PortTaken` naming the port, what it is for and the flag that changes it. */
export async function ensurePortsFree(wanted: readonly WantedPort[]): Promise<void> {
  for (const { port, purpose, flag } of wanted) {
    if (!(await isFree(port))) {
      throw new NeuriteError('PortTaken', `Port \`${port}\` (${purpose}) is taken.`, {
        details: [`Stop what uses it, or choose another with ${flag} <port>.`],
      })
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
