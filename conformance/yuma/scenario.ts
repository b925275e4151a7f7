/** Upstream's state-level tests as scripts: what is set when, and what each epoch must give. */
import type { EpochParams } from '@neurite/runtime/yuma'
import { createSubnet, type Subnet } from './subnet.ts'

type Field = 'consensus' | 'incentive' | 'dividends' | 'emission'

interface Step {
  block: number
  /** Weights are set at this block instead of the epoch's. */
  weightsBefore?: number
  weights?: [uids: number[], targets: number[], values: number[]][]
  /** Uids taken over by a new hotkey, after the weights. */
  replace?: number[]
  replaceBefore?: { block: number; uids: number[] }
  expect: Partial<Record<Field, number[] | Record<string, number>>> & { bonds?: [number, number, number][] }
}

export interface Scenario {
  name: string
  stake: number[]
  block?: number
  tempo?: number
  params?: Partial<EpochParams>
  steps: Step[]
}

export interface Comparison {
  readonly title: string
  readonly actual: number
  readonly expected: number
}

export function playScenario(subnet: Subnet, { steps }: Scenario): Comparison[] {
  return steps.flatMap((step) => playStep(subnet, step))
}

/** All scenarios on the kernel alone. */
export function playAll(scenarios: readonly Scenario[]): Comparison[] {
  return scenarios.flatMap((scenario) =>
    playScenario(createSubnet(scenario), scenario).map(({ title, ...rest }) => ({
      title: `${scenario.name}, ${title}`,
      ...rest,
    })),
  )
}

function playStep(subnet: Subnet, step: Step): Comparison[] {
  if (step.replaceBefore) {
    subnet.block = step.replaceBefore.block
    for (const uid of step.replaceBefore.uids) subnet.replace(uid)
  }
  subnet.block = step.weightsBefore ?? step.block
  for (const [uids, targets, values] of step.weights ?? []) {
    for (const uid of uids) subnet.setWeights(uid, targets, values)
  }
  for (const uid of step.replace ?? []) subnet.replace(uid)
  subnet.block = step.block
  const result = subnet.epoch()
  const { bonds, ...fields } = step.expect
  const comparisons: Comparison[] = []
  for (const [field, values] of Object.entries(fields) as [Field, number[] | Record<string, number>][]) {
    for (const [uid, expected] of Object.entries(values)) {
      const title = `block ${step.block}, ${field}[${uid}]`
      comparisons.push({ title, actual: Number(result[field][Number(uid)]), expected })
    }
  }
  for (const [uid, target, expected] of bonds ?? []) {
    const title = `block ${step.block}, bonds[${uid}][${target}]`
    comparisons.push({ title, actual: subnet.bond(uid, target), expected })
  }
  return comparisons
}
