/**
 * Cells of keys with a companion, by seat: what is known of a subnet stays or goes together. Bounded as `RecentMap` is,
 * by the number of cells.
 */
import type { Cell } from './cell.ts'
import { CompanionMap } from './companionMap.ts'
import type { Companion } from './seats.ts'

type Group = CompanionMap<Cell>

/** Cells of one seat; a group that would hold more starts anew, so that one that is always in use stays bounded too. */
const LARGEST_GROUP = 65_536

export class CompanionCells {
  private readonly limit: number
  private young = new Map<number, Group>()
  private old = new Map<number, Group>()
  /** Cells in the younger generation. */
  private count = 0

  constructor(limit: number) {
    this.limit = limit
  }

  private group(seat: number): Group | undefined {
    const group = this.young.get(seat)
    if (group) return group
    const aged = this.old.get(seat)
    if (aged) {
      this.old.delete(seat)
      this.add(seat, aged)
    }
    return aged
  }

  private add(seat: number, group: Group): void {
    if (this.count >= this.limit) {
      this.old = this.young
      this.young = new Map()
      this.count = 0
    }
    this.young.set(seat, group)
    this.count += group.size
  }

  get(seat: number, companion: NonNullable<Companion>): Cell | undefined {
    return this.group(seat)?.get(companion)
  }

  set(seat: number, companion: NonNullable<Companion>, cell: Cell): void {
    let group = this.group(seat)
    if (!group || this.count >= this.limit) {
      group ??= new CompanionMap()
      this.add(seat, group)
    }
    const before = group.size
    if (before >= LARGEST_GROUP) group.clear()
    group.set(companion, cell)
    this.count += group.size - before
  }

  delete(seat: number, companion: NonNullable<Companion>): void {
    if (this.group(seat)?.delete(companion)) this.count--
  }

  clear(): void {
    this.young.clear()
    this.old.clear()
    this.count = 0
  }
}
