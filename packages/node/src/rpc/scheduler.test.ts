import { describe, expect, test } from 'vitest'
import { createScheduler } from './scheduler.ts'

/** A scheduler whose clock moves only when a job says so, and whose event loop turns when the test says so. */
function createHarness(options: { sliceMs?: number; quantumMs?: number; maxInFlight?: number } = {}) {
  let time = 0
  const turns: (() => void)[] = []
  const order: string[] = []
  const scheduler = createScheduler({ ...options, now: () => time, defer: (pump) => turns.push(pump) })
  return {
    scheduler,
    order,
    /** A job that takes `ms` and leaves its name. */
    job:
      (name: string, ms = 0.1) =>
      () => {
        time += ms
        order.push(name)
      },
    turn: () => turns.shift()?.(),
    turnAll() {
      let count = 0
      for (let pump = turns.shift(); pump !== undefined; pump = turns.shift()) {
        pump()
        count++
      }
      return count
    },
  }
}

describe('scheduler', () => {
  test('behavior: lanes take turns, however long one of them is', () => {
    const { scheduler, order, job, turnAll } = createHarness({ sliceMs: 1e9 })
    const abuser = scheduler.openLane()
    for (let i = 0; i < 500; i++) abuser.push(job('abuser'))
    const other = scheduler.openLane()
    for (let i = 0; i < 3; i++) other.push(job(`other ${i}`))
    turnAll()
    expect(order.slice(0, 6)).toEqual(['abuser', 'other 0', 'abuser', 'other 1', 'abuser', 'other 2'])
    expect(order).toHaveLength(503)
  })

  test('behavior: a request that arrives while another lane is long waits for one job of it', () => {
    const { scheduler, order, job, turn, turnAll } = createHarness({ sliceMs: 1 })
    const abuser = scheduler.openLane()
    for (let i = 0; i < 1000; i++) abuser.push(job('abuser'))
    turn()
    const before = order.length
    const victim = scheduler.openLane()
    victim.push(job('victim'))
    turnAll()
    expect(order.indexOf('victim') - before).toBeLessThanOrEqual(1)
  })

  test('behavior: a lane of slow jobs gives others turns worth their time', () => {
    const { scheduler, order, job, turnAll } = createHarness({ sliceMs: 1e9, quantumMs: 2 })
    const slow = scheduler.openLane()
    const quick = scheduler.openLane()
    for (let i = 0; i < 3; i++) slow.push(job('slow', 20))
    for (let i = 0; i < 40; i++) quick.push(job('quick', 1))
    turnAll()
    // 20 ms are ten turns: nine more jobs of the other lane before the next slow one.
    const second = order.indexOf('slow', 1)
    expect(second).toBe(1 + 10)
    expect(order.filter((name) => name === 'slow')).toHaveLength(3)
  })

  test('behavior: the pump returns to the event loop after each slice', () => {
    const { scheduler, job, turnAll } = createHarness({ sliceMs: 5 })
    const lane = scheduler.openLane()
    for (let i = 0; i < 100; i++) lane.push(job('x', 1))
    expect(turnAll()).toBe(20)
  })

  test('behavior: a lane waits while it has too many unfinished jobs', async () => {
    const { scheduler, order, turnAll } = createHarness({ maxInFlight: 2 })
    const finish: (() => void)[] = []
    const lane = scheduler.openLane()
    for (let i = 0; i < 3; i++) {
      lane.push(() => {
        order.push(`start ${i}`)
        return new Promise<void>((resolve) => finish.push(resolve))
      })
    }
    turnAll()
    expect(order).toEqual(['start 0', 'start 1'])
    finish[0]!()
    await Promise.resolve()
    await Promise.resolve()
    turnAll()
    expect(order).toEqual(['start 0', 'start 1', 'start 2'])
  })

  test('behavior: a paused lane keeps its jobs, a closed one forgets them', () => {
    const { scheduler, order, job, turnAll } = createHarness()
    const lane = scheduler.openLane()
    lane.pause()
    lane.push(job('later'))
    turnAll()
    expect(order).toEqual([])
    lane.resume()
    turnAll()
    expect(order).toEqual(['later'])
    lane.push(job('never'))
    lane.close()
    turnAll()
    expect(order).toEqual(['later'])
    expect(scheduler.waiting).toBe(0)
  })
})
