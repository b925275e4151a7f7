/** A supervisor's metrics in the text format of Prometheus. */
import type { SupervisorMetrics } from './supervise.ts'
import type { Verdict } from './verdict.ts'

interface Metric {
  readonly type: 'counter' | 'gauge'
  readonly help: string
  /** Undefined: not known (yet), and left out. */
  readonly value: (metrics: SupervisorMetrics, verdict: Verdict | undefined) => number | undefined
}

/** By name, which begins with `neurite_weights_`. */
export const METRICS: Readonly<Record<string, Metric>> = {
  rounds_total: { type: 'counter', help: 'Sets of weights begun.', value: ({ rounds }) => rounds },
  counted_total: { type: 'counter', help: 'Sets that counted in an epoch.', value: ({ counted }) => counted },
  not_counted_total: { type: 'counter', help: 'Sets that did not count.', value: ({ notCounted }) => notCounted },
  sent_total: { type: 'counter', help: 'Extrinsics sent, repetitions included.', value: ({ sent }) => sent },
  refused_total: { type: 'counter', help: 'Extrinsics that the chain refused.', value: ({ refused }) => refused },
  masked_total: {
    type: 'counter',
    help: 'Weights that did not count though others of their set did.',
    value: ({ maskedWeights }) => maskedWeights,
  },
  endpoint_switches_total: {
    type: 'counter',
    help: 'Changes to another node.',
    value: ({ endpointSwitches }) => endpointSwitches,
  },
  committed_block: {
    type: 'gauge',
    help: 'Block of the latest commit.',
    value: ({ committedAt }) => committedAt,
  },
  set_block: {
    type: 'gauge',
    help: 'Block that holds the latest weights.',
    value: ({ setAt }) => setAt,
  },
  epoch_block: {
    type: 'gauge',
    help: 'Block of the epoch that judged them.',
    value: ({ epochAt }) => epochAt,
  },
  last_counted: {
    type: 'gauge',
    help: '1 when the latest weights counted, 0 when not.',
    value: (_metrics, verdict) => verdict && Number(verdict.counted),
  },
  vote_share: {
    type: 'gauge',
    help: 'Share of the voting stake in that epoch, from 0 to 1.',
    value: (_metrics, verdict) => ownNeuron(verdict)?.vote,
  },
  validator_trust: {
    type: 'gauge',
    help: 'Share of the weights within the consensus, from 0 to 1.',
    value: (_metrics, verdict) => ownNeuron(verdict)?.validatorTrust,
  },
}

function ownNeuron(verdict: Verdict | undefined) {
  return verdict?.uid === undefined ? undefined : verdict.explanation?.neurons[verdict.uid]
}

/** The metrics of one supervisor, labelled with its subnet and mechanism. */
export function metricsText(
  metrics: SupervisorMetrics,
  verdict: Verdict | undefined,
  { netuid, mecid }: { readonly netuid: number; readonly mecid: number },
): string {
  const lines: string[] = []
  for (const [name, { type, help, value }] of Object.entries(METRICS)) {
    const found = value(metrics, verdict)
    if (found === undefined) continue
    const full = `neurite_weights_${name}`
    lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`)
    lines.push(`${full}{netuid="${netuid}",mecid="${mecid}"} ${found}`)
  }
  return `${lines.join('\n')}\n`
}
