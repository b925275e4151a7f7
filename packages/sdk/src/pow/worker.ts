/** A thread that searches every `step`-th nonce until one is found; ended from outside. */
import { parentPort, workerData } from 'node:worker_threads'
import { searchRange, type WorkTask } from './solve.ts'

export interface WorkerStart {
  readonly task: WorkTask
  readonly from: bigint
  readonly step: bigint
}

const CHUNK = 4096
const { task, from, step } = workerData as WorkerStart

let next = from
let solution = searchRange(task, { from: next, count: CHUNK, step })
while (solution === undefined) {
  next += step * BigInt(CHUNK)
  solution = searchRange(task, { from: next, count: CHUNK, step })
}
parentPort?.postMessage(solution)
