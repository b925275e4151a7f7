/** An explanation on a terminal: first what happened in sentences, then the numbers behind it in tables. */
import { encodeAddress } from '@neurite/primitives/ss58'
import {
  alpha,
  type EpochExplanation,
  type NeuronExplanation,
  neuronSentences,
  percent,
  pruneQueue,
  ruleSentence,
  type WeightTrace,
} from '@neurite/sdk/explain'
import Table from 'cli-table3'
import pc from 'picocolors'

const dash = pc.dim('–')
const share = (value: number): string => (value === 0 ? dash : percent(value))
const amount = (rao: bigint): string => (rao === 0n ? dash : alpha(rao))

type Align = 'left' | 'right'
type Column = readonly [title: string, align: Align]

function table(columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): string {
  const out = new Table({
    head: columns.map(([title]) => title),
    colAligns: columns.map(([, align]) => align),
    style: { head: ['bold'], border: ['gray'], compact: true },
  })
  for (const row of rows) out.push([...row])
  return out.toString()
}

const WIDTH = 100

/** A sentence as a list item, broken at words. */
function item(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH && line !== '') {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return `  • ${lines.join('\n    ')}`
}

function heading({ netuid, mecid, mechanisms, block, blockHash, previousBlock, emission }: EpochExplanation): string {
  const where = mechanisms > 1 ? `, mechanism ${mecid} of ${mechanisms}` : ''
  const since = previousBlock === 0 ? 'the first one' : `the one before ran in block ${previousBlock}`
  return [
    `${pc.bold(`Epoch of subnet ${netuid}${where}`)} in block ${block} ${pc.dim(`${blockHash.slice(0, 10)}… (${since})`)}`,
    `${alpha(emission)} to share out among miners and validators.`,
  ].join('\n')
}

/** The whole subnet: one line per neuron, then what did not count and who is next to go. */
export function renderSubnet(explanation: EpochExplanation): string {
  const { netuid, neurons, weights } = explanation
  const masked = weights.filter(({ rule }) => rule)
  const queue = pruneQueue(explanation).map(({ uid }) => uid)
  const rows = neurons.map((neuron) => {
    const given = weights.filter(({ from }) => from === neuron.uid)
    const hidden = given.filter(({ rule }) => rule).length
    return [
      neuron.uid,
      roleOf(neuron),
      share(neuron.vote),
      given.length === 0
        ? dash
        : hidden === 0
          ? `${given.length}`
          : pc.yellow(`${given.length - hidden} of ${given.length}`),
      given.length === 0 ? dash : share(neuron.validatorTrust),
      share(neuron.consensus),
      share(neuron.incentive),
      share(neuron.dividends),
      amount(neuron.serverEmission + neuron.validatorEmission),
      costOf(neuron),
      standingOf(explanation, neuron.uid, queue),
    ]
  })
  const columns: Column[] = [
    ['uid', 'right'],
    ['role', 'left'],
    ['vote', 'right'],
    ['weights', 'right'],
    ['trust', 'right'],
    ['consensus', 'right'],
    ['incentive', 'right'],
    ['dividends', 'right'],
    ['earned', 'right'],
    ['own opinion', 'right'],
    ['pruning', 'left'],
  ]
  return [
    heading(explanation),
    '',
    table(columns, rows),
    pc.dim('vote: share of the stake that decides. weights: how many it set (those that counted). trust: share of its'),
    pc.dim('weights within the consensus. own opinion: what its weights cost or earned it against the consensus.'),
    pc.dim('The u16 values as stored: of one neuron, below, or of all with --json.'),
    ...(masked.length === 0 ? [] : ['', pc.bold('Weights that did not count'), ...maskedLines(explanation, masked)]),
    '',
    pc.dim(`One neuron in detail: npx neurite explain ${netuid} <uid>`),
  ].join('\n')
}

const MOST_LINES = 12

function maskedLines(explanation: EpochExplanation, masked: readonly WeightTrace[]): string[] {
  const lines = masked
    .slice(0, MOST_LINES)
    .map((weight) => item(`uid ${weight.from} on uid ${weight.to}: ${ruleSentence(explanation, weight)}.`))
  const rest = masked.length - lines.length
  return rest > 0 ? [...lines, pc.dim(`    and ${rest} more; --json lists them`)] : lines
}

function roleOf({ voice, permit, permitNext, serverEmission }: NeuronExplanation): string {
  if (voice === 'votes') return pc.cyan('validator')
  if (voice === 'inactive') return pc.red('inactive validator')
  if (permit) return pc.yellow('validator without stake')
  if (permitNext) return pc.cyan('validator from now on')
  return serverEmission > 0n ? pc.green('miner') : pc.dim('miner, unpaid')
}

function costOf({ conform, validatorEmission }: NeuronExplanation): string {
  if (conform === undefined) return dash
  const cost = conform.validatorEmission - validatorEmission
  if (cost === 0n) return '0 α'
  return cost > 0n ? pc.red(`-${alpha(cost)}`) : pc.green(`+${alpha(-cost)}`)
}

function standingOf({ prune }: EpochExplanation, uid: number, queue: readonly number[]): string {
  const { standing, immuneUntil } = prune.places[uid]!
  if (standing === 'immortal') return 'never (owner)'
  if (prune.size < prune.maxUids) return pc.dim('nobody: not full')
  const at = queue.indexOf(uid)
  if (at === 0) return pc.red('next')
  if (at > 0) return `${at + 1} of ${queue.length}`
  return standing === 'immune' ? pc.green(`immune to ${immuneUntil}`) : pc.green('kept')
}

/** One neuron: the sentences, then weights on it, its own weights, and its bonds. */
export function renderNeuron(explanation: EpochExplanation, uid: number): string {
  const neuron = explanation.neurons[uid]!
  const on = explanation.weights.filter(({ to }) => to === uid)
  const of = explanation.weights.filter(({ from }) => from === uid)
  const bonds = explanation.bonds.filter(({ from, to }) => from === uid || to === uid)
  const sections = [
    heading(explanation),
    '',
    `${pc.bold(`uid ${uid}`)} ${roleOf(neuron)} ${pc.dim(encodeAddress(neuron.hotkey))}`,
    ...neuronSentences(explanation, uid).map(item),
    '',
    table(
      [
        ['', 'left'],
        ['share', 'right'],
        ['u16', 'right'],
        ['earned', 'right'],
      ],
      [
        ['incentive (as a miner)', share(neuron.incentive), neuron.raw.incentive, amount(neuron.serverEmission)],
        ['dividends (as a validator)', share(neuron.dividends), neuron.raw.dividends, amount(neuron.validatorEmission)],
        ['consensus (most a weight on it counts)', share(neuron.consensus), neuron.raw.consensus, ''],
        ['validator trust (its weights that stood)', share(neuron.validatorTrust), neuron.raw.validatorTrust, ''],
        ["share of the subnet's stake", share(neuron.stake), neuron.raw.stakeWeight, ''],
      ],
    ),
  ]
  if (on.length > 0) sections.push('', pc.bold(`Weights on uid ${uid}`), weightTable(explanation, on, 'from'))
  if (of.length > 0) sections.push('', pc.bold(`Weights of uid ${uid}`), weightTable(explanation, of, 'to'))
  if (bonds.length > 0) {
    sections.push(
      '',
      `${pc.bold('Bonds')} ${pc.dim('what validators have invested in miners; dividends follow from them (u16)')}`,
      table(
        [
          ['validator', 'right'],
          ['miner', 'right'],
          ['before', 'right'],
          ['after', 'right'],
          ['', 'left'],
        ],
        bonds.map(({ from, to, before, after, forgotten }) => [
          from,
          to,
          before,
          after,
          forgotten ? `forgotten: uid ${to} is new` : change(before, after),
        ]),
      ),
    )
  }
  return sections.join('\n')
}

function change(before: number, after: number): string {
  if (before === after) return ''
  return after > before ? pc.green('grew') : pc.yellow('shrank')
}

function weightTable(explanation: EpochExplanation, weights: readonly WeightTrace[], other: 'from' | 'to'): string {
  const columns: Column[] = [
    [other === 'from' ? 'by uid' : 'on uid', 'right'],
    ...(other === 'from' ? [['its vote', 'right'] as const] : []),
    ['u16', 'right'],
    ['weight', 'right'],
    ['counted', 'right'],
    ['cut off', 'right'],
    ['', 'left'],
  ]
  const rows = weights.map((weight) => {
    const vote = explanation.neurons[weight.from]!.vote
    const cut = weight.weight - weight.counted
    return [
      weight[other],
      ...(other === 'from' ? [share(vote)] : []),
      weight.stored,
      weight.rule ? dash : share(weight.weight),
      weight.rule ? dash : share(weight.counted),
      cut > 0 ? pc.yellow(percent(cut)) : dash,
      weight.rule ? pc.red(LABELS[weight.rule]) : vote === 0 ? pc.yellow('has no vote') : '',
    ]
  })
  return table(columns, rows)
}

const LABELS: Record<NonNullable<WeightTrace['rule']>, string> = {
  noPermit: 'no permit',
  outOfRange: 'no such uid',
  selfWeight: 'on itself',
  outdated: 'set before the registration',
  committedBefore: 'committed before the registration',
}
