/**
 * Where the large arrays of an epoch's steps lie.
 *
 * PERF: fresh memory is handed out by the system, zeroed, page by page, and after the epoch it is collected. So the
 * steps write into the memory of the last epoch. It is never read before it is written; what an epoch returns does not
 * lie in it.
 *
 * PERF: the loops that see every entry go through arrays of a fixed length that a closure holds, and rows are copied in
 * and out. To the compiler such arrays are constants. Any other array it checks and looks up anew at each access (where
 * it lies, how long it is), which costs more than the access; copying costs a tenth of that. Each of these closures is
 * made once and calls nothing of a caller's, so nothing can come in between, and nothing is kept from call to call. What
 * the system gives them is only what was ever written to.
 */
export interface Room {
  /** An array with anything in it. */
  float64(length: number): Float64Array
  /** An array with anything in it. */
  uint16(length: number): Uint16Array
}

/** Most that a u16 can name, and so most entries of a row without repetitions. */
export const MAX_UIDS = 65_536
/** So many entries of a long row are worked on together. */
export const AT_ONCE = 4096

/** Arrays of their own, for as long as anybody holds them. */
export const ownRoom: Room = {
  float64: (length) => new Float64Array(length),
  uint16: (length) => new Uint16Array(length),
}

/** Most that is kept between two epochs. @unit bytes */
const MOST_KEPT = 2 ** 25
/** Arrays begin at a multiple of this, so that they fit any element and begin on a cache line. @unit bytes */
const ALIGNMENT = 64

/** One buffer, given out from its start. What exceeds it gets arrays of its own, and the next buffer is larger. */
class KeptRoom implements Room {
  private buffer = new ArrayBuffer(0)
  private used = 0

  float64(length: number): Float64Array {
    const at = this.take(length * 8)
    return at === undefined ? new Float64Array(length) : new Float64Array(this.buffer, at, length)
  }

  uint16(length: number): Uint16Array {
    const at = this.take(length * 2)
    return at === undefined ? new Uint16Array(length) : new Uint16Array(this.buffer, at, length)
  }

  /** Where the next `size` bytes lie; undefined where they do not fit. */
  private take(size: number): number | undefined {
    const at = this.used
    this.used += Math.ceil(size / ALIGNMENT) * ALIGNMENT
    return this.used <= this.buffer.byteLength ? at : undefined
  }

  /** Gives everything back. */
  clear(): void {
    if (this.used > this.buffer.byteLength && this.used <= MOST_KEPT) this.buffer = new ArrayBuffer(this.used)
    this.used = 0
  }
}

let idle: KeptRoom | undefined

/** Calls `use` with room that is free again afterwards. Whoever comes in between, from within `use`, gets another. */
export function withRoom<R>(use: (room: Room) => R): R {
  const room = idle ?? new KeptRoom()
  idle = undefined
  try {
    return use(room)
  } finally {
    room.clear()
    idle = room
  }
}
