import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ensurePortsFree } from './ports.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function takenPort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  servers.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const chain = { host: '127.0.0.1', purpose: 'chain', flag: '--rpc-port' }

test('free ports pass, and are free afterwards', async () => {
  const port = await takenPort('127.0.0.1')
  await new Promise((resolve) => servers.pop()!.close(resolve))
  await ensurePortsFree([{ ...chain, port }])
  await ensurePortsFree([{ ...chain, port }])
})

test.each(['127.0.0.1', '0.0.0.0'])(
  'a port that %s listens at is named, with its purpose and its flag',
  async (host) => {
    const port = await takenPort(host)
    await expect(ensurePortsFree([{ ...chain, port }])).rejects.toMatchObject({
      code: 'PortTaken',
      message: `Port \`${port}\` (chain) is taken.\nStop what uses it, or choose another with --rpc-port <port>.`,
    })
  },
)

test('one port for two is refused', async () => {
  const miner = { host: '127.0.0.1', port: 9944, purpose: 'miner 1', flag: '--miner-port' }
  await expect(ensurePortsFree([{ ...chain, port: 9944 }, miner])).rejects.toMatchObject({
    code: 'PortWantedTwice',
    message: 'Port `9944` is wanted for chain and for miner 1.\nChoose another with --miner-port <port>.',
  })
})

test('an address that the machine does not have is said to be missing, not taken', async () => {
  const miner = { host: '192.0.2.1', port: 40_001, purpose: 'miner 1', flag: '--miner-port' }
  await expect(ensurePortsFree([miner])).rejects.toMatchObject({
    code: 'NoSuchAddress',
    message:
      'This machine has no address `192.0.2.1`, which miner 1 announces.\nOn macOS, `sudo ifconfig lo0 alias 192.0.2.1` adds it.',
  })
})
