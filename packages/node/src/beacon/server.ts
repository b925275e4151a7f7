/** A local beacon over HTTP, with the paths of drand: `/{hash}/info`, `/{hash}/public/latest`, `/{hash}/public/{round}`. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import type { LocalBeacon } from './local.ts'
import { infoJson, pulseJson } from './source.ts'

export interface BeaconServer {
  readonly port: number
  /** To be given to clients as an endpoint. */
  readonly url: string
  close(): Promise<void>
}

/** Answers on this machine only. @param port 0 for a free one @throws NeuriteError `PortInUse` */
export function startBeaconServer(beacon: LocalBeacon, port = 0): Promise<BeaconServer> {
  const hash = Buffer.from(beacon.info.hash).toString('hex')
  const server = createServer((request, response) => {
    request.resume()
    answer(beacon, hash, request.url ?? '', response).catch(() => response.destroy())
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      reject(
        new NeuriteError('PortInUse', `The beacon's port \`${port}\` is used by another program.`, {
          details: ['Choose another with --beacon-port.'],
        }),
      )
    })
    server.listen(port, '127.0.0.1', () => {
      const bound = (server.address() as AddressInfo).port
      resolve({
        port: bound,
        url: `http://127.0.0.1:${bound}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}

async function answer(beacon: LocalBeacon, hash: string, path: string, response: ServerResponse): Promise<void> {
  const send = (status: number, body: string) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  if (path === '/chains') return void send(200, JSON.stringify([hash]))
  if (path === `/${hash}/info`) return void send(200, JSON.stringify(infoJson(beacon.info)))
  const which = path.startsWith(`/${hash}/public/`) ? path.slice(hash.length + 9) : undefined
  if (which === 'latest') return void send(200, pulseJson(await beacon.latest()))
  if (which === undefined || !/^\d{1,19}$/.test(which)) return void send(404, '{"error":"not found"}')
  try {
    send(200, pulseJson(await beacon.round(BigInt(which))))
  } catch (error) {
    if (!isNeuriteError(error, 'BeaconUnreachable')) throw error
    send(404, JSON.stringify({ error: error.shortMessage }))
  }
}
