/** The Prometheus endpoint: `GET /metrics` on its own port. Values are read when they are asked for. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NeuriteError } from '@neurite/primitives/errors'
import { type Family, renderFamilies } from './exposition.ts'
import { processFamilies } from './process.ts'

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

export interface MetricsServerOptions {
  /** 0 for a free port chosen by the system. */
  readonly port: number
  /** Listen on every address instead of this machine's own (`--prometheus-external`). */
  readonly external?: boolean
}

/**
 * Starts listening; `collect` gives the node's families at each scrape.
 * @throws NeuriteError `PortInUse`.
 */
export function startMetricsServer(
  options: MetricsServerOptions,
  collect: () => readonly Family[],
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found. Metrics are at /metrics\n')
      return
    }
    const text = renderFamilies([...collect(), ...processFamilies()])
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      reject(
        new NeuriteError('PortInUse', `The Prometheus port \`${options.port}\` is used by another program.`, {
          details: [
            'Expected a port on which this node can listen.',
            'Choose another with --prometheus-port, or turn the endpoint off with --no-prometheus.',
          ],
          cause: error,
        }),
      )
    })
    server.listen(options.port, options.external ? '0.0.0.0' : '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
