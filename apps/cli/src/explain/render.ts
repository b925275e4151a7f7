/** An explanation on a terminal: what happened in sentences, then the numbers behind it in tables. */
import { encodeAddress } from '@neurite/primitives/ss58'
import {
  alpha,
  bondNote,
  type EpochExplanation,
  epochSentences,
  type NeuronExplanation,
  neuronSentences,
  percent,
  pruneQueue,
  ruleSentence,
  type WeightTrace,
} from '@neurite/sdk/explain'
import { type Column, fittingColumns, type Page, paragraph, table } from './table.ts'

/** Sentences are easier to read in lines that are not too long. */
const LONGEST_LINE = 100
/** Weights that did not count, listed one by one. */
const MOST_LINES = 12

const share = (value: number): string => (value === 0 ? '–' : percent(value))
const amount = (rao: bigint): string => (rao === 0n ? '–' : alpha(rao))
const pay = ({ serverEmission, validatorEmission }: NeuronExplanation): bigint => serverEmission + validatorEmission

const lineWidth = ({ width }: Page): number => Math.min(width, LONGEST_LINE)
const item = (text: string, page: Page): string => paragraph(text, lineWidth(page), '  • ')

function title({ netuid, mecid, mechanisms, block, blockHash, previousBlock }: EpochExplanation, page: Page): string {
  const { bold, dim } = page.colours
  const where = mechanisms > 1 ? `, mechanism ${mecid} of ${mechanisms} (the first is 0)` : ''
  const since = previousBlock === 0 ? 'its first' : `the one before: block ${previousBlock}`
  const what = `${bold(`Epoch of subnet ${netuid}${where}`)} in block ${block}`
  return paragraph(`${what} ${dim(`(${blockHash.slice(0, 10)}…; ${since})`)}`, page.width)
}

/** The whole subnet: what happened, a line for each neuron, what did not count, and how to read it. */
export function renderSubnet(explanation: EpochExplanation, page: Page): string {
  const { bold, dim } = page.colours
  const { netuid, neurons, weights } = explanation
  const columns = subnetColumns(explanation, page)
  const shown = fittingColumns(columns, neurons, page.width)
  const left = columns.filter((column) => !shown.includes(column)).map((column) => column.title)
  const masked = weights.filter(({ rule }) => rule)
  const widest = Math.max(...shown.map((column) => column.title.length))
  return [
    title(explanation, page),
    ...epochSentences(explanation).map((text) => item(text, page)),
    '',
    table(shown, neurons, page),
    ...(left.length === 0
      ? []
      : [paragraph(`Too narrow for: ${left.join(', ')}. A wider terminal, --json or one uid shows them.`, page.width)]),
    ...(masked.length === 0 ? [] : ['', bold('Weights that did not count'), ...maskedLines(explanation, masked, page)]),
    '',
    bold('How to read the columns'),
    ...shown
      .filter(({ means }) => means !== undefined)
      .map((column) => dim(paragraph(column.means!, lineWidth(page), `  ${column.title.padEnd(widest)}  `))),
    '',
    `Why one of them got what it got: ${bold(`npx neurite explain ${netuid} <uid>`)}`,
  ].join('\n')
}

function subnetColumns(explanation: EpochExplanation, { colours }: Page): Column<NeuronExplanation>[] {
  const { weights } = explanation
  const queue = pruneQueue(explanation).map(({ uid }) => uid)
  const given = new Map<number, WeightTrace[]>()
  for (const weight of weights) given.set(weight.from, [...(given.get(weight.from) ?? []), weight])
  const countOf = ({ uid }: NeuronExplanation): string => {
    const own = given.get(uid) ?? []
    const counted = own.filter(({ rule }) => !rule).length
    if (own.length === 0) return '–'
    return counted === own.length ? `${counted}` : colours.yellow(`${counted} of ${own.length}`)
  }
  return [
    { title: 'uid', align: 'right', cell: ({ uid }) => `${uid}` },
    { title: 'role', align: 'left', cell: (neuron) => roleOf(neuron, given.has(neuron.uid), colours) },
    {
      title: 'vote',
      align: 'right',
      means: 'its share of the stake that decides; only validators with a permit have one',
      cell: ({ vote }) => share(vote),
    },
    {
      title: 'weights',
      align: 'right',
      expendable: 2,
      means: 'how many neurons it gave a weight (how many of them counted)',
      cell: countOf,
    },
    {
      title: 'trust',
      align: 'right',
      expendable: 3,
      means: 'how much of its weights stood; the rest was more than the others agree on, and was cut off',
      cell: ({ uid, validatorTrust }) => (given.has(uid) ? share(validatorTrust) : '–'),
    },
    {
      title: 'agreed',
      align: 'right',
      expendable: 1,
      means: 'the weight on it that enough of the stake agrees on (consensus); what is above is cut off',
      cell: ({ consensus }) => share(consensus),
    },
    {
      title: 'incentive',
      align: 'right',
      means: 'its share of what miners are paid: the weights on it that stood, times the votes behind them',
      cell: ({ incentive }) => share(incentive),
    },
    {
      title: 'dividends',
      align: 'right',
      means: 'its share of what validators are paid: for bonds with miners that earned',
      cell: ({ dividends }) => share(dividends),
    },
    { title: 'earned', align: 'right', means: 'both together, in alpha (α)', cell: (neuron) => amount(pay(neuron)) },
    {
      title: 'opinion',
      align: 'right',
      means: 'what its own weights cost (-) or earned (+) it, against giving exactly the agreed weights',
      cell: (neuron) => opinionOf(neuron, colours),
    },
    {
      title: 'pruning',
      align: 'left',
      means: "its place in the queue of those whom newcomers replace on a full subnet; the owner's are spared",
      cell: ({ uid }) => standingOf(explanation, uid, queue, colours),
    },
  ]
}

function maskedLines(explanation: EpochExplanation, masked: readonly WeightTrace[], page: Page): string[] {
  const lines = masked
    .slice(0, MOST_LINES)
    .map((weight) => item(`uid ${weight.from} on uid ${weight.to}: ${ruleSentence(explanation, weight)}.`, page))
  const rest = masked.length - lines.length
  return rest > 0 ? [...lines, page.colours.dim(`    and ${rest} more; --json lists them`)] : lines
}

function roleOf(neuron: NeuronExplanation, hasWeights: boolean, colours: Page['colours']): string {
  const { voice, permit, permitNext, serverEmission } = neuron
  if (serverEmission > 0n) return colours.green(hasWeights && voice === 'votes' ? 'both' : 'miner')
  if (voice === 'inactive') return colours.red('inactive')
  if (voice === 'votes') return hasWeights ? colours.cyan('validator') : colours.yellow('no weights')
  if (permit) return colours.yellow('no stake')
  if (permitNext) return colours.cyan('new permit')
  return colours.dim('unpaid')
}

function opinionOf({ conform, validatorEmission }: NeuronExplanation, colours: Page['colours']): string {
  if (conform === undefined) return '–'
  const cost = conform.validatorEmission - validatorEmission
  if (cost === 0n) return '0 α'
  return cost > 0n ? colours.red(`-${alpha(cost)}`) : colours.green(`+${alpha(-cost)}`)
}

function standingOf(
  { prune }: EpochExplanation,
  uid: number,
  queue: readonly number[],
  { dim, red, green }: Page['colours'],
): string {
  const { standing } = prune.places[uid]!
  if (standing === 'immortal') return 'owner'
  if (prune.size < prune.maxUids) return dim('not full')
  const at = queue.indexOf(uid)
  if (at === 0) return red('next')
  if (at > 0) return `${at + 1} of ${queue.length}`
  return standing === 'immune' ? green('immune') : green('kept')
}

/** One neuron: the sentences, then its numbers, weights on it, its own weights, and its bonds. */
export function renderNeuron(explanation: EpochExplanation, uid: number, page: Page): string {
  const { bold, dim } = page.colours
  const neuron = explanation.neurons[uid]!
  const on = explanation.weights.filter(({ to }) => to === uid)
  const of = explanation.weights.filter(({ from }) => from === uid)
  const role = roleOf(neuron, of.length > 0, page.colours)
  const sections = [
    title(explanation, page),
    '',
    `${bold(`uid ${uid}`)} (${role}) ${dim(encodeAddress(neuron.hotkey))}`,
    ...neuronSentences(explanation, uid).map((text) => item(text, page)),
    '',
    bold('In numbers'),
    numbersTable(neuron, page),
  ]
  if (on.length > 0) {
    sections.push(
      '',
      `${bold(`Weights on uid ${uid}`)} ${dim('who gave it, what was left of it, and its part in the incentive')}`,
    )
    sections.push(weightTable(explanation, on, 'from', page))
  }
  if (of.length > 0) {
    sections.push('', `${bold(`Weights of uid ${uid}`)} ${dim('what it gave, and what was left of it')}`)
    sections.push(weightTable(explanation, of, 'to', page))
  }
  const bonds = bondTable(explanation, uid, page)
  if (bonds !== undefined) {
    sections.push(
      '',
      `${bold('Bonds')} ${dim('what a validator holds in a miner; it is paid when that miner is')}`,
      bonds,
    )
  }
  return sections.join('\n')
}

function numbersTable(neuron: NeuronExplanation, page: Page): string {
  const { incentive, dividends, consensus, validatorTrust, stake, raw, serverEmission, validatorEmission } = neuron
  const rows: readonly (readonly [string, number, number, string])[] = [
    ['incentive: share of the pay of miners', incentive, raw.incentive, amount(serverEmission)],
    ['dividends: share of the pay of validators', dividends, raw.dividends, amount(validatorEmission)],
    ['consensus: most that a weight on it counts', consensus, raw.consensus, ''],
    ['validator trust: part of its weights that stood', validatorTrust, raw.validatorTrust, ''],
    ["share of the subnet's stake", stake, raw.stakeWeight, ''],
  ]
  return table(
    [
      { title: '', align: 'left', cell: ([name]) => name },
      { title: 'share', align: 'right', cell: ([, value]) => share(value) },
      { title: 'as stored', align: 'right', cell: ([, , stored]) => `${stored}` },
      { title: 'earned', align: 'right', cell: ([, , , earned]) => earned },
    ],
    rows,
    page,
  )
}

function bondTable(explanation: EpochExplanation, uid: number, page: Page): string | undefined {
  const bonds = explanation.bonds.filter(({ from, to }) => from === uid || to === uid)
  if (bonds.length === 0) return undefined
  return table(
    [
      { title: 'validator', align: 'right', cell: ({ from }) => `${from}` },
      { title: 'miner', align: 'right', cell: ({ to }) => `${to}` },
      { title: 'before', align: 'right', cell: ({ before }) => `${before}` },
      { title: 'after', align: 'right', cell: ({ after }) => `${after}` },
      { title: 'change', align: 'right', cell: ({ before, after }) => change(after - before, page.colours) },
      { title: '', align: 'left', cell: (bond) => bondNote(explanation, bond) },
    ],
    bonds,
    page,
  )
}

function change(by: number, { green, yellow }: Page['colours']): string {
  if (by === 0) return '–'
  return by > 0 ? green(`+${by}`) : yellow(`${by}`)
}

function weightTable(
  explanation: EpochExplanation,
  weights: readonly WeightTrace[],
  other: 'from' | 'to',
  page: Page,
): string {
  const { yellow, red } = page.colours
  const voteOf = ({ from }: WeightTrace): number => explanation.neurons[from]!.vote
  const total = weights.reduce((sum, { rank }) => sum + rank, 0)
  const columns: (Column<WeightTrace> | undefined)[] = [
    { title: other === 'from' ? 'by uid' : 'on uid', align: 'right', cell: (weight) => `${weight[other]}` },
    other === 'from' ? { title: 'its vote', align: 'right', cell: (weight) => share(voteOf(weight)) } : undefined,
    { title: 'as stored', align: 'right', cell: ({ stored }) => `${stored}` },
    { title: 'weight', align: 'right', cell: ({ rule, weight }) => (rule ? '–' : share(weight)) },
    { title: 'counted', align: 'right', cell: ({ rule, counted }) => (rule ? '–' : share(counted)) },
    {
      title: 'cut off',
      align: 'right',
      cell: ({ weight, counted }) => (weight > counted ? yellow(percent(weight - counted)) : '–'),
    },
    other === 'from' && total > 0
      ? { title: 'its part', align: 'right', cell: ({ rank }) => share(rank / total) }
      : undefined,
    {
      title: '',
      align: 'left',
      cell: (weight) => (weight.rule ? red(LABELS[weight.rule]) : voteOf(weight) === 0 ? yellow('has no vote') : ''),
    },
  ]
  return table(
    columns.filter((column) => column !== undefined),
    weights,
    page,
  )
}

const LABELS: Record<NonNullable<WeightTrace['rule']>, string> = {
  noPermit: 'no permit',
  outOfRange: 'no such uid',
  selfWeight: 'on itself',
  outdated: 'older than its registration',
  committedBefore: 'committed before its registration',
}
