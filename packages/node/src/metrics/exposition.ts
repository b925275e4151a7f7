/** The Prometheus text format (version 0.0.4): a list of families in, text out. Nothing is kept here. */

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels?: Labels
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: readonly Sample[] | readonly HistogramSample[]
}

export interface HistogramSample {
  readonly labels?: Labels
  /** Upper bounds, ascending; counts[i] is how many observations lie in (bounds[i-1], bounds[i]]. */
  readonly bounds: readonly number[]
  /** One longer than `bounds`: the last counts what lies above all of them. */
  readonly counts: readonly number[]
  readonly sum: number
}

export function renderFamilies(families: readonly Family[]): string {
  const lines: string[] = []
  for (const family of families) {
    lines.push(`# HELP ${family.name} ${family.help}`, `# TYPE ${family.name} ${family.type}`)
    for (const sample of family.samples) {
      if ('bounds' in sample) renderHistogram(family.name, sample, lines)
      else lines.push(`${family.name}${renderLabels(sample.labels)} ${renderNumber(sample.value)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function renderHistogram(name: string, sample: HistogramSample, lines: string[]): void {
  let total = 0
  sample.counts.forEach((count, index) => {
    total += count
    const le = index < sample.bounds.length ? String(sample.bounds[index]) : '+Inf'
    lines.push(`${name}_bucket${renderLabels({ ...sample.labels, le })} ${total}`)
  })
  lines.push(`${name}_sum${renderLabels(sample.labels)} ${renderNumber(sample.sum)}`)
  lines.push(`${name}_count${renderLabels(sample.labels)} ${total}`)
}

function renderLabels(labels: Labels | undefined): string {
  const entries = Object.entries(labels ?? {})
  if (entries.length === 0) return ''
  const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `{${entries.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

const renderNumber = (value: number) =>
  Number.isNaN(value) ? 'NaN' : value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)

/** Counts observations into buckets. */
export interface Histogram {
  observe(value: number): void
  sample(labels?: Labels): HistogramSample
}

export function createHistogram(bounds: readonly number[]): Histogram {
  const counts: number[] = new Array(bounds.length + 1).fill(0)
  let sum = 0
  return {
    observe(value) {
      const index = bounds.findIndex((bound) => value <= bound)
      counts[index < 0 ? bounds.length : index]!++
      sum += value
    },
    sample: (labels) => (labels === undefined ? { bounds, counts, sum } : { labels, bounds, counts, sum }),
  }
}
