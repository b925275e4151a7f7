/**
 * The good miner: an embedder trained on the training part of the card (`trainer.ts`). Training takes seconds on one
 * core, depends only on the seed and the card, and is kept in a file named by the hash of everything that decides it.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, type MinerEnvironment } from '@neurite/sdk/mechanism'
import { loadCard } from './card.ts'
import { rotateToAxes } from './principal.ts'
import type { EmbedAnswer, EmbedAsk } from './protocol.ts'
import { type Table, TRAIN_DEFAULTS, type TrainOptions, tableFeatures, train } from './trainer.ts'
import { addText, unitOrFirst } from './vectors.ts'

/** Raised when the trainer or the file changes, so that old files are not read. */
const MODEL_FORMAT = 1

type Settings = Omit<TrainOptions, 'seed' | 'onProgress'>

/** Trains, or reads what an earlier run trained. */
export function trainedTable(
  { seed, cacheDir, onProgress }: MinerEnvironment,
  settings: Settings = TRAIN_DEFAULTS,
): Table {
  const card = loadCard()
  const { dims, buckets } = settings
  const identity = canonicalJson({ ...settings, seed, card: card.sha256, format: MODEL_FORMAT })
  const name = `embed-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.f32`
  const kept = cacheDir === undefined ? undefined : readTable(join(cacheDir, name), dims * buckets)
  if (kept !== undefined) {
    onProgress?.(1)
    return { dims, buckets, rows: kept }
  }
  const table = rotateToAxes(
    train(card, { ...settings, seed, ...(onProgress === undefined ? {} : { onProgress }) }),
    card,
  )
  if (cacheDir !== undefined) writeTable(cacheDir, name, table.rows)
  return table
}

/** File: the numbers, then the SHA-256 of their bytes. A file cut short or changed is trained again. */
function readTable(path: string, length: number): Float32Array | undefined {
  let file: Buffer
  try {
    file = readFileSync(path)
  } catch {
    return undefined
  }
  const bytes = file.subarray(0, 4 * length)
  const hash = createHash('sha256').update(bytes).digest()
  if (file.length !== 4 * length + 32 || !hash.equals(file.subarray(4 * length))) return undefined
  return new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + 4 * length))
}

function writeTable(folder: string, name: string, rows: Float32Array): void {
  mkdirSync(folder, { recursive: true })
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)
  const unfinished = join(folder, `${name}.${process.pid}.part`)
  writeFileSync(unfinished, Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]))
  renameSync(unfinished, join(folder, name))
}

/** Fewer dimensions than trained: the leading ones, which carry most. More: the rest is zero. */
export function embedWith(table: Table): (ask: EmbedAsk) => EmbedAnswer {
  const features = tableFeatures(table.buckets)
  return ({ texts, dims }) => ({
    vectors: texts.map((text) => {
      const full = new Float32Array(table.dims)
      addText(table.rows, table.dims, features.ofText(text), full)
      const vector = new Float32Array(dims)
      vector.set(full.subarray(0, Math.min(dims, table.dims)))
      return unitOrFirst(vector)
    }),
  })
}

export function createGoodMiner(environment: MinerEnvironment): (ask: EmbedAsk) => EmbedAnswer {
  return embedWith(trainedTable(environment))
}
