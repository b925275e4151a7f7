/**
 * Who is served next. Every connection has a lane of waiting jobs; lanes take turns, one job a turn, and a lane whose
 * job ran long sits out turns worth that time while others wait. So a connection that sends 500 requests a second
 * delays another one's request by at most the job in progress plus one job of each other busy lane.
 *
 * The pump works in short slices and returns to the event loop between them, so that sockets are read, timers fire and
 * blocks are made however long the lanes are.
 */

/** A job may answer later; until it does it counts against its lane's `maxInFlight`. */
export type Job = () => void | Promise<void>

export interface SchedulerOptions {
  /** Milliseconds of work between two returns to the event loop. */
  readonly sliceMs?: number
  /** Milliseconds of work one turn is worth. */
  readonly quantumMs?: number
  /** Unfinished asynchronous jobs of one lane at which it waits. */
  readonly maxInFlight?: number
  readonly now?: () => number
  /** Runs the pump again after the event loop has turned. */
  readonly defer?: (pump: () => void) => void
}

export interface Lane {
  readonly waiting: number
  push(job: Job): void
  /** Stops serving this lane (its client does not read answers) until `resume`. */
  pause(): void
  resume(): void
  /** Forgets the waiting jobs; jobs in flight finish. */
  close(): void
  /** Called each time the lane has become shorter. */
  onServed?: () => void
}

export interface Scheduler {
  openLane(): Lane
  readonly waiting: number
}

interface LaneState extends Lane {
  readonly jobs: Job[]
  /** Index of the first waiting job: shifting a long array costs its length. */
  head: number
  inFlight: number
  /** Milliseconds used beyond its turns. */
  debt: number
  inRing: boolean
  paused: boolean
  closed: boolean
}

export function createScheduler(options: SchedulerOptions = {}): Scheduler {
  const sliceMs = options.sliceMs ?? 8
  const quantumMs = options.quantumMs ?? 2
  const maxInFlight = options.maxInFlight ?? 64
  const now = options.now ?? (() => performance.now())
  const defer = options.defer ?? ((pump: () => void) => void setImmediate(pump))
  let ring: LaneState[] = []
  let scheduled = false
  let waiting = 0

  /** Puts the lane at the end of the ring; false when it is there or has nothing to serve. */
  function enqueue(lane: LaneState): boolean {
    if (lane.inRing || lane.paused || lane.closed || lane.waiting === 0 || lane.inFlight >= maxInFlight) return false
    lane.inRing = true
    ring.push(lane)
    return true
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    defer(pump)
  }

  function enter(lane: LaneState): void {
    if (enqueue(lane)) schedule()
  }

  function pump(): void {
    scheduled = false
    const sliceEnd = now() + sliceMs
    while (ring.length > 0) {
      const round = ring
      ring = []
      for (let i = 0; i < round.length; i++) {
        const lane = round[i]!
        lane.inRing = false
        if (lane.debt >= quantumMs && round.length > 1) {
          lane.debt -= quantumMs
          enqueue(lane)
          continue
        }
        serve(lane)
        enqueue(lane)
        if (now() >= sliceEnd) {
          // The rest of this round keeps its place before the lanes that have just been served.
          ring = [...round.slice(i + 1), ...ring]
          break
        }
      }
      if (now() >= sliceEnd) break
    }
    if (ring.length > 0) schedule()
  }

  function serve(lane: LaneState): void {
    if (lane.paused || lane.closed || lane.waiting === 0) return
    const job = lane.jobs[lane.head]!
    lane.jobs[lane.head++] = noJob
    if (lane.head === lane.jobs.length) {
      lane.jobs.length = 0
      lane.head = 0
    } else if (lane.head >= 1024) {
      lane.jobs.splice(0, lane.head)
      lane.head = 0
    }
    waiting--
    const start = now()
    const promise = job()
    const cost = now() - start
    lane.debt = Math.max(0, lane.debt + cost - quantumMs)
    if (promise !== undefined) {
      lane.inFlight++
      void promise.then(() => {
        lane.inFlight--
        enter(lane)
      })
    }
    lane.onServed?.()
  }

  return {
    get waiting() {
      return waiting
    },
    openLane() {
      const lane: LaneState = {
        jobs: [],
        head: 0,
        inFlight: 0,
        debt: 0,
        inRing: false,
        paused: false,
        closed: false,
        get waiting() {
          return lane.jobs.length - lane.head
        },
        push(job) {
          if (lane.closed) return
          lane.jobs.push(job)
          waiting++
          enter(lane)
        },
        pause() {
          lane.paused = true
        },
        resume() {
          lane.paused = false
          enter(lane)
        },
        close() {
          lane.closed = true
          waiting -= lane.waiting
          lane.jobs.length = 0
          lane.head = 0
        },
      }
      return lane
    },
  }
}

const noJob: Job = () => {}
