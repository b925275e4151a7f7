/** Honest work: miners of some quality, and validators that measure it. */

/** What miners are worth in each epoch: by chance, anew in every epoch or once for all. */
export function qualities(random: () => number, miners: number, epochs: number, moving: boolean): number[][] {
  const draw = (): number[] => Array.from({ length: miners }, () => 0.05 + random())
  const first = draw()
  return Array.from({ length: epochs }, () => (moving ? draw() : first))
}

/** Weights of somebody who measures within two in a hundred. */
export function measured(random: () => number, quality: readonly number[]): number[] {
  const noisy = quality.map((value) => value * (0.98 + 0.04 * random()))
  return scaled(noisy)
}

/** The same in proportion, the largest 65535. */
export function scaled(values: readonly number[]): number[] {
  const largest = Math.max(...values, Number.MIN_VALUE)
  return values.map((value) => Math.round((value / largest) * 65_535))
}

/** What a copier can know: the middle of the rows that it sees, miner by miner. */
export function middleOf(
  rows: readonly (readonly (readonly [uid: number, weight: number])[])[],
  uids: readonly number[],
): number[] {
  const shares = rows.map((row) => {
    const sum = row.reduce((all, [, weight]) => all + weight, 0)
    const of = new Map(row)
    return uids.map((uid) => (sum === 0 ? 0 : (of.get(uid) ?? 0) / sum))
  })
  return scaled(uids.map((_, i) => median(shares.map((row) => row[i]!))))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}
