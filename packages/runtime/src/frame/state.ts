/** What the runtime needs from a store, and what it hands back. */
import type { ByteString } from '@neurite/primitives/bytes'

/** Read-only, synchronous view of the state at one block, by raw key. */
export interface StateReader {
  get(key: ByteString): Uint8Array | undefined
  /** As `get`, but perhaps in one piece of memory with other values: for whoever soon lets go of the bytes. */
  peek?(key: ByteString): Uint8Array | undefined
  /** Keys that start with `prefix` and are greater than `after` (if given), ascending in byte order, lazily. */
  keys(prefix: ByteString, after?: ByteString): Iterable<ByteString>
}

/** What a block changed: new bytes by raw key; undefined = removed. */
export interface StateChanges extends ReadonlyMap<ByteString, Uint8Array | undefined> {
  /** For each key, in the order of `keys()`, whether it was there before; undefined where that is not known. */
  readonly presence?: readonly (boolean | undefined)[]
}

/** Changes as lists, for a block has thousands of them: looked up by key only where somebody asks. */
export class ChangeLists implements StateChanges {
  private readonly keyList: ByteString[]
  private readonly valueList: (Uint8Array | undefined)[]
  readonly presence: (boolean | undefined)[]
  private count = 0
  private map: Map<ByteString, Uint8Array | undefined> | undefined

  /** PERF: lists that grow with each entry cost three times as much, so there is room for `most` from the start. */
  constructor(most: number) {
    this.keyList = new Array(most)
    this.valueList = new Array(most)
    this.presence = new Array(most)
  }

  /** No key may be added twice. */
  add(key: ByteString, value: Uint8Array | undefined, wasThere?: boolean): void {
    const index = this.count++
    this.keyList[index] = key
    this.valueList[index] = value
    this.presence[index] = wasThere
  }

  /** Gives up the room that is left: call it once all are added. */
  close(): void {
    this.keyList.length = this.count
    this.valueList.length = this.count
    this.presence.length = this.count
  }

  get size(): number {
    return this.keyList.length
  }

  private get byKey(): Map<ByteString, Uint8Array | undefined> {
    this.map ??= new Map(this.entries())
    return this.map
  }

  get(key: ByteString): Uint8Array | undefined {
    return this.byKey.get(key)
  }

  has(key: ByteString): boolean {
    return this.byKey.has(key)
  }

  keys(): ArrayIterator<ByteString> {
    return this.keyList.values()
  }

  values(): ArrayIterator<Uint8Array | undefined> {
    return this.valueList.values()
  }

  *entries(): Generator<[ByteString, Uint8Array | undefined], undefined> {
    for (let index = 0; index < this.keyList.length; index++) yield [this.keyList[index]!, this.valueList[index]]
  }

  [Symbol.iterator](): Generator<[ByteString, Uint8Array | undefined], undefined> {
    return this.entries()
  }

  forEach(tell: (value: Uint8Array | undefined, key: ByteString, map: this) => void): void {
    for (const [key, value] of this) tell(value, key, this)
  }
}
