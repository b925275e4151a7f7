/** What a developer needs to know when a node has started. */
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { NODE_NAME, NODE_VERSION, type Node, type NodeOptions } from '../service/index.ts'

const ACCOUNTS = [
  ['//Alice', '1,000,000 TAO, sudo'],
  ['//Bob', '1,000,000 TAO'],
  ['//Charlie', '1,000,000 TAO'],
  ['//Dave', '2,000 TAO'],
  ['//Eve', '2,000 TAO'],
  ['//Ferdie', '2,000 TAO'],
] as const

export function banner(node: Node, options: NodeOptions): string {
  const ports = node.servers.map((server) => `ws://127.0.0.1:${server.port}`)
  const accounts = ACCOUNTS.map(([suri, what]) => `  ${suri.padEnd(10)} ${keypairFromSuri(suri).address}  ${what}`)
  return [
    `${NODE_NAME} ${NODE_VERSION}`,
    `  chain     Bittensor (${options.chain}), genesis ${node.chain.genesisHash}`,
    `  blocks    ${sealingText(options)}`,
    `  rpc       ${ports.join('  ')}  (WebSocket and HTTP)`,
    `  metrics   ${node.prometheusPort === undefined ? 'off' : `http://127.0.0.1:${node.prometheusPort}/metrics`}`,
    `  data      ${options.basePath ?? 'temporary, removed at the end'}`,
    'Development accounts (public keys of everybody: never use them elsewhere)',
    ...accounts,
    '',
  ].join('\n')
}

function sealingText({ sealing, slotMs }: NodeOptions): string {
  const time = (ms: number) => (ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`)
  if (sealing.kind === 'manual') return 'only by engine_createBlock or dev_newBlock'
  if (sealing.kind === 'slots') return `every ${time(slotMs)}`
  if (sealing.kind === 'interval') return `every ${time(sealing.everyMs)}`
  const every = sealing.everyMs === undefined ? '' : `, and every ${time(sealing.everyMs)}`
  return `as soon as a transaction is ready${every}`
}
