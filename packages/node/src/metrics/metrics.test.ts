import { afterEach, expect, test } from 'vitest'
import { createRpcStats } from '../rpc/stats.ts'
import { createHistogram, renderFamilies } from './exposition.ts'
import { nodeFamilies } from './node.ts'
import { type MetricsServer, startMetricsServer } from './server.ts'

let server: MetricsServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const facts = () => {
  const blockConstructed = createHistogram([0.005, 0.01, 0.1])
  blockConstructed.observe(0.007)
  blockConstructed.observe(2)
  const rpc = createRpcStats()
  rpc.countCall('ws', 'chain_getHeader', false, 1.5)
  rpc.countCall('ws', 'chain_getHeader', true, 0.02)
  return {
    name: 'one',
    version: '0.1.0',
    chain: 'bittensor',
    startedAt: 1,
    bestNumber: 12,
    finalizedNumber: 11,
    peers: 0,
    isSyncing: false,
    readyTransactions: 3,
    futureTransactions: 1,
    pool: { submitted: 5, validationsFinished: 5, invalid: 1, pruned: 1 },
    proposer: { blockConstructed: blockConstructed.sample(), transactions: 2 },
    rpc,
  }
}

test('default: a scrape shows the names existing dashboards read', async () => {
  server = await startMetricsServer({ port: 0 }, () => nodeFamilies(facts()))
  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`)
  expect(response.headers.get('content-type')).toContain('version=0.0.4')
  const text = await response.text()
  for (const line of [
    'substrate_block_height{status="best",chain="bittensor"} 12',
    'substrate_block_height{status="finalized",chain="bittensor"} 11',
    'substrate_ready_transactions_number{chain="bittensor"} 3',
    'substrate_proposer_block_constructed_bucket{chain="bittensor",le="0.005"} 0',
    'substrate_proposer_block_constructed_bucket{chain="bittensor",le="0.01"} 1',
    'substrate_proposer_block_constructed_bucket{chain="bittensor",le="+Inf"} 2',
    'substrate_proposer_block_constructed_count{chain="bittensor"} 2',
    'substrate_rpc_calls_finished{protocol="ws",method="chain_getHeader",is_error="false",chain="bittensor"} 1',
    'substrate_rpc_calls_finished{protocol="ws",method="chain_getHeader",is_error="true",chain="bittensor"} 1',
    'substrate_rpc_calls_time_bucket{protocol="ws",method="chain_getHeader",chain="bittensor",le="1000"} 1',
    'substrate_rpc_calls_time_sum{protocol="ws",method="chain_getHeader",chain="bittensor"} 1520',
    'substrate_rpc_calls_time_count{protocol="ws",method="chain_getHeader",chain="bittensor"} 2',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
})

test('behavior: label values are escaped', () => {
  const text = renderFamilies([
    { name: 'a', type: 'gauge', help: 'h', samples: [{ labels: { x: 'q"\\\n' }, value: Infinity }] },
  ])
  expect(text).toBe('# HELP a h\n# TYPE a gauge\na{x="q\\"\\\\\\n"} +Inf\n')
})

test('behavior: a port in use is named with the flag that changes it', async () => {
  server = await startMetricsServer({ port: 0 }, () => [])
  await expect(startMetricsServer({ port: server.port }, () => [])).rejects.toThrow('--prometheus-port')
})
