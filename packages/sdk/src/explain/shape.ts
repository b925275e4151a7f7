/** The shape of a node's explanation: what does not fit is named, instead of being told as `undefined` or NaN. */
import { NeuriteError } from '@neurite/primitives/errors'
import type { EpochExplanation } from './read.ts'

/** Reads one value; `path` says where it stands. */
type Shape = (value: unknown, path: string) => unknown

function unfit(path: string, value: unknown, expected: string): NeuriteError<'MalformedExplanation'> {
  const given = typeof value === 'object' && value !== null ? typeof value : String(value).slice(0, 40)
  return new NeuriteError(
    'MalformedExplanation',
    `The node's explanation is malformed${path === '' ? '' : ` at \`${path}\``}: \`${given}\`.`,
    {
      details: [`Expected ${expected}.`, 'Ask another node, or one of the same version as this program.'],
    },
  )
}

function expecting(expected: string, fits: (value: unknown) => boolean): Shape {
  return (value, path) => {
    if (!fits(value)) throw unfit(path, value, expected)
    return value
  }
}

const natural = expecting('an integer of at least 0', (value) => Number.isSafeInteger(value) && (value as number) >= 0)
const integer = expecting('an integer', Number.isSafeInteger)
const share = expecting('a number of at least 0', (value) => Number.isFinite(value) && (value as number) >= 0)
const flag = expecting('true or false', (value) => typeof value === 'boolean')
const hex = expecting('a hex text', (value) => typeof value === 'string' && /^0x[0-9a-f]*$/.test(value))
const oneOf = (...names: readonly string[]): Shape =>
  expecting(names.join(', '), (value) => names.includes(value as string))

/** Amounts travel as decimal texts. */
const amount: Shape = (value, path) => {
  if (typeof value !== 'string' || !/^\d{1,39}$/.test(value)) throw unfit(path, value, 'a decimal text of digits')
  return BigInt(value)
}

const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined || value === null ? undefined : shape(value, path)

const list =
  (shape: Shape): Shape =>
  (value, path) => {
    if (!Array.isArray(value)) throw unfit(path, value, 'a list')
    return Array.from(value, (item, i) => shape(item, `${path}[${i}]`))
  }

/** What a newer node adds is left out. */
const record =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unfit(path, value, 'an object')
    const given = value as Readonly<Record<string, unknown>>
    const out: Record<string, unknown> = {}
    for (const [name, shape] of Object.entries(fields)) {
      const own = Object.hasOwn(given, name) ? given[name] : undefined
      const read = shape(own, path === '' ? name : `${path}.${name}`)
      if (read !== undefined) out[name] = read
    }
    return out
  }

const neuron = record({
  uid: natural,
  hotkey: hex,
  lastUpdate: natural,
  registeredAt: natural,
  waitingCommit: optional(natural),
  totalStake: amount,
  stake: share,
  vote: share,
  voice: oneOf('votes', 'noPermit', 'inactive', 'noStake'),
  active: flag,
  permit: flag,
  permitNext: flag,
  consensus: share,
  incentive: share,
  dividends: share,
  validatorTrust: share,
  raw: record({
    stakeWeight: natural,
    consensus: natural,
    incentive: natural,
    dividends: natural,
    validatorTrust: natural,
  }),
  serverEmission: amount,
  validatorEmission: amount,
  emission: amount,
  conform: optional(record({ dividends: share, validatorEmission: amount })),
})

const weight = record({
  from: natural,
  to: natural,
  stored: natural,
  rule: optional(oneOf('noPermit', 'outOfRange', 'selfWeight', 'outdated', 'committedBefore')),
  weight: share,
  counted: share,
  rank: share,
})

const params = record({
  kappa: natural,
  maxAllowedValidators: natural,
  stakeThreshold: amount,
  taoWeight: amount,
  bondsMovingAverage: share,
  bondsPenalty: natural,
  yuma3On: flag,
  liquidAlphaOn: flag,
  alphaLow: natural,
  alphaHigh: natural,
  alphaSigmoidSteepness: integer,
})

const place = record({
  uid: natural,
  standing: oneOf('immortal', 'immune', 'exposed'),
  immuneUntil: optional(natural),
  registeredAt: natural,
  emission: amount,
})

const explanation = record({
  netuid: natural,
  mecid: natural,
  mechanisms: natural,
  block: natural,
  blockHash: hex,
  previousBlock: natural,
  tempo: natural,
  activityCutoff: natural,
  commitReveal: flag,
  ownerUid: optional(natural),
  emission: amount,
  params,
  neurons: list(neuron),
  weights: list(weight),
  bonds: list(record({ from: natural, to: natural, before: natural, after: natural, forgotten: flag })),
  prune: record({
    next: optional(natural),
    size: natural,
    maxUids: natural,
    minNonImmune: natural,
    places: list(place),
  }),
})

/**
 * An explanation as the node sent it, read.
 * @throws NeuriteError `MalformedExplanation`
 */
export function readExplanation(answer: unknown): EpochExplanation {
  const read = explanation(answer, '') as EpochExplanation
  const uids = read.neurons.length
  // Both lists are looked into by uid, and weights and bonds name those who gave them.
  expectUids('neurons', read.neurons)
  expectUids('prune.places', read.prune.places)
  if (read.prune.places.length !== uids) throw unfit('prune.places', read.prune.places.length, `${uids} places`)
  for (const given of ['weights', 'bonds'] as const) {
    for (const [i, { from }] of read[given].entries()) {
      if (from >= uids) throw unfit(`${given}[${i}].from`, from, `a uid below ${uids}`)
    }
  }
  return read
}

function expectUids(path: string, items: readonly { readonly uid: number }[]): void {
  for (const [i, { uid }] of items.entries()) if (uid !== i) throw unfit(`${path}[${i}].uid`, uid, `${i}, its place`)
}
