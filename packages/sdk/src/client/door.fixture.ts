/** A WebSocket server in front of a node, through which a test sees, changes and cuts what passes. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

export interface Door {
  readonly url: string
  /** Methods of the requests that came through, in order. */
  readonly methods: string[]
  /** Sees each request as text; gives what is passed on, or undefined to hold it back. */
  onRequest: (text: string) => string | undefined
  /** Sees each answer and notification; gives what is passed on, or undefined to hold it back. */
  onAnswer: (text: string, reply: (text: string) => void) => string | undefined
  /** Cuts all connections, as a crash does. */
  cut(): void
  /** Leads to another node from the next connection on. */
  leadTo(target: string): void
  close(): Promise<void>
}

/** A door to the node at `target`; without one, a server that only says what the test makes it say. */
export async function startDoor(target?: string): Promise<Door> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  let to = target
  const door: Door = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    methods: [],
    onRequest: (text) => text,
    onAnswer: (text) => text,
    cut() {
      for (const client of server.clients) client.terminate()
    },
    leadTo(other) {
      to = other
    },
    async close() {
      door.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  server.on('connection', (client) => {
    const reply = (text: string): void => client.send(text)
    const behind = to === undefined ? undefined : new WebSocket(to)
    const waiting: string[] = []
    behind?.on('open', () => {
      for (const text of waiting.splice(0)) behind.send(text)
    })
    behind?.on('message', (data) => {
      const text = door.onAnswer(data.toString(), reply)
      if (text !== undefined && client.readyState === WebSocket.OPEN) client.send(text)
    })
    behind?.on('error', () => client.terminate())
    client.on('close', () => behind?.terminate())
    client.on('message', (data) => {
      // What came in one piece with the message at which it was cut.
      if (client.readyState !== WebSocket.OPEN) return
      door.methods.push(JSON.parse(data.toString()).method)
      const text = door.onRequest(data.toString())
      if (text === undefined) return
      if (behind === undefined) door.onAnswer(text, reply)
      else if (behind.readyState === WebSocket.OPEN) behind.send(text)
      else waiting.push(text)
    })
  })
  return door
}
