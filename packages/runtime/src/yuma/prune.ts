/** Which uid makes room for a newcomer. Reference: subtensor 14bc6f9 subnets/registration.rs get_neuron_to_prune. */

export interface PruneCandidate {
  readonly uid: number
  /** Last combined emission. @unit alpha-rao */
  readonly emission: bigint
  readonly registeredAt: bigint
  /** Registered less than the immunity period ago. */
  readonly immune: boolean
  /** Kept because it belongs to the subnet owner. */
  readonly immortal: boolean
}

/**
 * The uid to replace, undefined if none may go: lowest emission, then oldest registration, then lowest uid. Immune
 * uids are spared as long as more than `minNonImmuneUids` others exist; below that only they may go.
 */
export function neuronToPrune(candidates: Iterable<PruneCandidate>, minNonImmuneUids: number): number | undefined {
  let free = 0
  let bestFree: PruneCandidate | undefined
  let bestImmune: PruneCandidate | undefined
  for (const candidate of candidates) {
    if (candidate.immortal) continue
    if (candidate.immune) {
      bestImmune = weaker(candidate, bestImmune)
    } else {
      free++
      bestFree = weaker(candidate, bestFree)
    }
  }
  if (free > minNonImmuneUids && bestFree !== undefined) return bestFree.uid
  return bestImmune?.uid
}

function weaker(candidate: PruneCandidate, best: PruneCandidate | undefined): PruneCandidate {
  if (best === undefined) return candidate
  if (candidate.emission !== best.emission) return candidate.emission < best.emission ? candidate : best
  if (candidate.registeredAt !== best.registeredAt) {
    return candidate.registeredAt < best.registeredAt ? candidate : best
  }
  return candidate.uid < best.uid ? candidate : best
}
