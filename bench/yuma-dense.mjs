// The same epoch as a plain program would do it: doubles, dense matrices of the permitted rows, a sorted median. It is
// what the kernel is measured against, so it stays as it is. Yuma3, with and without liquid alpha; no quirks, no exact
// floors: results agree with the kernel's to about 1e-4.

/** @param input what the kernel takes, with Yuma3 on */
export function epochDense(input) {
  const { n, block, activityCutoff, lastUpdate, params } = input
  const stake = stakeShares(input)
  const permits = topStakes(stake, params.maxAllowedValidators)
  const rows = []
  for (let uid = 0; uid < n; uid++) if (input.validatorPermits[uid] === 1) rows.push(uid)
  const activeStake = Float64Array.from(rows, (uid) => (lastUpdate[uid] + activityCutoff < block ? 0 : stake[uid]))
  normalize(activeStake)

  const weights = weightTable(input, rows)
  const consensus = sortedMedian(weights, activeStake, n, params.kappa / 65535)
  const clipped = new Float64Array(weights.length)
  const trust = new Float64Array(n)
  const incentive = new Float64Array(n)
  for (let v = 0; v < rows.length; v++) {
    const share = activeStake[v]
    let sum = 0
    for (let j = 0, at = v * n; j < n; j++, at++) {
      const value = Math.min(weights[at], consensus[j])
      clipped[at] = value
      sum += value
      incentive[j] += share * value
    }
    trust[rows[v]] = sum
  }
  normalize(incentive)

  const bonds = bondTable(input, rows)
  moveBonds(bonds, weights, clipped, consensus, params)
  const columnSums = new Float64Array(n)
  for (let v = 0; v < rows.length; v++) for (let j = 0, at = v * n; j < n; j++, at++) columnSums[j] += bonds[at]
  const perBond = incentive.map((share, j) => (columnSums[j] === 0 ? 0 : share / columnSums[j]))
  const dividends = new Float64Array(n)
  for (let v = 0; v < rows.length; v++) {
    let sum = 0
    for (let j = 0, at = v * n; j < n; j++, at++) sum += bonds[at] * perBond[j]
    dividends[rows[v]] = sum * activeStake[v]
  }
  normalize(dividends)

  const amount = Number(input.emission)
  let total = 0
  for (let uid = 0; uid < n; uid++) total += incentive[uid] + dividends[uid]
  const share = total === 0 ? 0 : amount / total
  return {
    stakeWeight: toU16(stake),
    consensus: toU16(consensus),
    incentive: toU16(incentive),
    dividends: toU16(dividends),
    validatorTrust: toU16(trust),
    validatorPermits: permits,
    bonds: toU16(bonds),
    serverEmission: incentive.map((part) => Math.floor(part * share)),
    validatorEmission: dividends.map((part) => Math.floor(part * share)),
  }
}

function stakeShares({ n, alphaStake, taoStake, ownerUid, params }) {
  const taoWeight = Number(params.taoWeight) / 2 ** 32
  const threshold = Number(params.stakeThreshold)
  const stake = new Float64Array(n)
  for (let uid = 0; uid < n; uid++) {
    const amount = Number(alphaStake[uid]) + Number(taoStake[uid]) * taoWeight
    if (amount >= threshold || uid === ownerUid) stake[uid] = amount
  }
  normalize(stake)
  return stake
}

function topStakes(stake, count) {
  const order = Array.from(stake, (_, uid) => uid).sort((a, b) => stake[b] - stake[a])
  const permits = new Uint8Array(stake.length)
  for (const uid of order.slice(0, count)) if (stake[uid] > 0) permits[uid] = 1
  return permits
}

/** The permitted rows that count, each adding up to 1. */
function weightTable({ n, ownerUid, lastUpdate, registeredAt, earliestCommit, weights }, rows) {
  const table = new Float64Array(rows.length * n)
  for (let v = 0; v < rows.length; v++) {
    const uid = rows[v]
    const committed = earliestCommit === undefined ? Infinity : earliestCommit[uid]
    const base = v * n
    let sum = 0
    for (let k = weights.rowStart[uid]; k < weights.rowStart[uid + 1]; k++) {
      const target = weights.columns[k]
      if (target >= n || (target === uid && uid !== ownerUid)) continue
      if (lastUpdate[uid] <= registeredAt[target] || committed < registeredAt[target]) continue
      table[base + target] = weights.values[k]
      sum += weights.values[k]
    }
    if (sum > 0) for (let at = base; at < base + n; at++) table[at] /= sum
  }
  return table
}

function sortedMedian(table, stake, n, kappa) {
  const voters = []
  for (let v = 0; v < stake.length; v++) if (stake[v] > 0) voters.push(v)
  const median = new Float64Array(n)
  if (voters.length === 0) return median
  let total = 0
  for (const v of voters) total += stake[v]
  const minority = total - kappa
  const scores = new Float64Array(stake.length)
  for (let j = 0; j < n; j++) {
    let largest = 0
    for (const v of voters) {
      scores[v] = table[v * n + j]
      largest = Math.max(largest, scores[v])
    }
    if (largest === 0) continue
    const order = voters.slice().sort((a, b) => scores[a] - scores[b])
    let cumulative = 0
    median[j] = largest
    for (const v of order) {
      cumulative += stake[v]
      if (cumulative <= minority) continue
      median[j] = scores[v]
      break
    }
  }
  return median
}

function bondTable({ n, block, tempo, lastMechanismStepBlock, registeredAt, bonds }, rows) {
  const start = lastMechanismStepBlock === 0 ? Math.max(0, block - tempo) : lastMechanismStepBlock + 1
  const table = new Float64Array(rows.length * n)
  for (let v = 0; v < rows.length; v++) {
    const uid = rows[v]
    for (let k = bonds.rowStart[uid]; k < bonds.rowStart[uid + 1]; k++) {
      const target = bonds.columns[k]
      if (target < n && start > registeredAt[target]) table[v * n + target] = bonds.values[k] / 65535
    }
  }
  return table
}

/** Moves every bond toward its weight, in place. */
function moveBonds(bonds, weights, clipped, consensus, params) {
  const n = consensus.length
  const penalty = params.bondsPenalty / 65535
  const constant = 1 - params.bondsMovingAverage / 1e6
  const liquid = params.liquidAlphaOn && consensus.some((value) => value !== 0)
  const low = params.alphaLow / 65535
  const high = params.alphaHigh / 65535
  const steepness = params.alphaSigmoidSteepness / -100
  for (let base = 0; base < bonds.length; base += n) {
    for (let j = 0; j < n; j++) {
      const at = base + j
      const bond = bonds[at]
      const weight = weights[at] + penalty * (clipped[at] - weights[at])
      if (!liquid) {
        bonds[at] = constant * weight + (1 - constant) * bond
      } else if (weight === 0) {
        bonds[at] = 0
      } else {
        const difference = Math.min(1, weight >= bond ? Math.max(0, weight - consensus[j]) : bond - weight)
        const speed = low + (high - low) / (1 + Math.exp(steepness * (difference - 0.5)))
        bonds[at] = Math.min(1, speed * weight + (1 - speed) * bond)
      }
    }
  }
}

function normalize(values) {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  if (sum !== 0) for (let i = 0; i < values.length; i++) values[i] /= sum
}

function toU16(shares) {
  const out = new Uint16Array(shares.length)
  for (let i = 0; i < shares.length; i++) out[i] = Math.floor(shares[i] * 65535)
  return out
}
