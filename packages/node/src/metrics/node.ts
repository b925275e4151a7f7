/** The node's metrics under the names a Substrate node uses, so that existing dashboards work. */
import type { RpcStats } from '../rpc/stats.ts'
import type { Family, HistogramSample, Labels } from './exposition.ts'

/** What the node knows about itself at the moment of a scrape. */
export interface NodeFacts {
  readonly name: string
  readonly version: string
  readonly chain: string
  /** Seconds since 1970. */
  readonly startedAt: number
  readonly bestNumber: number
  readonly finalizedNumber: number
  readonly peers: number
  readonly isSyncing: boolean
  /** Transactions ready for a block, and all in the pool. */
  readonly readyTransactions: number
  readonly futureTransactions: number
  readonly pool: PoolCounters
  readonly proposer: ProposerCounters
  readonly rpc: RpcStats | undefined
}

export interface PoolCounters {
  readonly submitted: number
  readonly validationsFinished: number
  readonly invalid: number
  readonly pruned: number
}

export interface ProposerCounters {
  /** Seconds from opening a block to having it built. */
  readonly blockConstructed: HistogramSample
  /** Transactions of the last block. */
  readonly transactions: number
}

export function nodeFamilies(facts: NodeFacts): Family[] {
  const gauge = (name: string, help: string, value: number): Family => ({
    name,
    type: 'gauge',
    help,
    samples: [{ value }],
  })
  const counter = (name: string, help: string, value: number): Family => ({
    name,
    type: 'counter',
    help,
    samples: [{ value }],
  })
  const families: Family[] = [
    {
      name: 'substrate_build_info',
      type: 'gauge',
      help: 'Name and version of the node; the value is always 1.',
      samples: [{ labels: { name: facts.name, version: facts.version }, value: 1 }],
    },
    {
      name: 'substrate_block_height',
      type: 'gauge',
      help: 'Block height of the chain.',
      samples: [
        { labels: { status: 'best' }, value: facts.bestNumber },
        { labels: { status: 'finalized' }, value: facts.finalizedNumber },
        { labels: { status: 'sync_target' }, value: facts.bestNumber },
      ],
    },
    gauge('substrate_number_leaves', 'Blocks without a child.', 1),
    gauge('substrate_process_start_time_seconds', 'Start of the node, seconds since 1970.', facts.startedAt),
    gauge('substrate_sub_libp2p_peers_count', 'Connected peers.', facts.peers),
    gauge(
      'substrate_sub_libp2p_is_major_syncing',
      '1 while the node catches up with the chain.',
      facts.isSyncing ? 1 : 0,
    ),
    gauge('substrate_ready_transactions_number', 'Transactions ready for a block.', facts.readyTransactions),
    gauge(
      'substrate_sub_txpool_future_transactions',
      'Transactions waiting for an earlier nonce.',
      facts.futureTransactions,
    ),
    counter('substrate_sub_txpool_validations_scheduled', 'Transactions submitted.', facts.pool.submitted),
    counter('substrate_sub_txpool_validations_finished', 'Transactions validated.', facts.pool.validationsFinished),
    counter('substrate_sub_txpool_validations_invalid', 'Transactions found invalid.', facts.pool.invalid),
    counter(
      'substrate_sub_txpool_block_transactions_pruned',
      'Transactions removed because a block has them.',
      facts.pool.pruned,
    ),
    {
      name: 'substrate_proposer_block_constructed',
      type: 'histogram',
      help: 'Seconds taken to construct a block.',
      samples: [facts.proposer.blockConstructed],
    },
    gauge(
      'substrate_proposer_number_of_transactions',
      'Transactions of the last proposed block.',
      facts.proposer.transactions,
    ),
  ]
  if (facts.rpc !== undefined) families.push(...rpcFamilies(facts.rpc))
  return families.map((family) => labelled(family, { chain: facts.chain }))
}

/** Dashboards choose the chain by a label that every sample has. */
function labelled(family: Family, common: Labels): Family {
  const samples = family.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, ...common } }))
  return { ...family, samples: samples as Family['samples'] }
}

function rpcFamilies(stats: RpcStats): Family[] {
  const calls = [...stats.calls]
  const sessions = (value: number) => [{ labels: { protocol: 'ws' }, value }]
  return [
    {
      name: 'substrate_rpc_sessions_opened',
      type: 'counter',
      help: 'WebSocket sessions opened.',
      samples: sessions(stats.sessionsOpened),
    },
    {
      name: 'substrate_rpc_sessions_closed',
      type: 'counter',
      help: 'WebSocket sessions closed.',
      samples: sessions(stats.sessionsClosed),
    },
    {
      name: 'substrate_rpc_sessions_dropped_slow',
      type: 'counter',
      help: 'WebSocket sessions dropped because the client did not read.',
      samples: sessions(stats.slowConsumersDropped),
    },
    {
      name: 'substrate_rpc_calls_finished',
      type: 'counter',
      help: 'Calls answered.',
      samples: calls.flatMap(({ protocol, method, finished, failed }) =>
        [finished - failed, failed].map((value, i) => ({
          labels: { protocol, method, is_error: String(i === 1) },
          value,
        })),
      ),
    },
    {
      name: 'substrate_rpc_calls_time',
      type: 'histogram',
      help: 'Time taken by calls, in microseconds.',
      samples: calls.map(({ protocol, method, time }) => time.sample({ protocol, method })),
    },
  ]
}
