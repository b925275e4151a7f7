// Small JSON-RPC calls over one WebSocket, pipelined, beside a server that sends every frame back.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { WebSocket, WebSocketServer } from 'ws'
import { ended, startProgram } from './lib.mjs'

/** The same window for both: enough that neither waits for the other side. */
const WINDOW = 64

function rate(port, count) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
    let sent = 0
    let answered = 0
    let started = 0
    const send = () => socket.send(`{"jsonrpc":"2.0","id":${++sent},"method":"system_health","params":[]}`)
    socket.on('error', reject)
    socket.on('open', () => {
      started = performance.now()
      for (let i = 0; i < WINDOW; i++) send()
    })
    socket.on('message', () => {
      if (++answered === count) {
        socket.terminate()
        resolve((count * 1000) / (performance.now() - started))
      } else if (sent < count) send()
    })
  })
}

/** Answers a second. */
export async function measureRpc({ count = 40_000 } = {}) {
  const echo = fork(fileURLToPath(import.meta.url), ['echo'])
  const echoPort = await new Promise((resolve) => echo.once('message', resolve))
  const node = await startProgram(['--dev', '--log', 'warn'])
  try {
    await rate(echoPort, count / 4)
    await rate(node.port, count / 4)
    const bare = await rate(echoPort, count)
    const health = await rate(node.port, count)
    return { bare, health }
  } finally {
    await node.stop()
    await ended(echo)
  }
}

if (process.argv[2] === 'echo') {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () =>
    process.send(server.address().port),
  )
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())))
}
