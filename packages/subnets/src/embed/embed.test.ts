import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createRng,
  fromQ,
  garbage,
  random,
  type SimulatedMiner,
  silent,
  simulate,
  sybils,
  wired,
} from '@neurite/sdk/mechanism'
import { describe, expect, test } from 'vitest'
import { contentOf, documentOf, isHeldOut, loadCard, parseCard } from './card.ts'
import { DISGUISE, disguise } from './disguise.ts'
import { embed } from './index.ts'
import { kernelAlignment, retrieval } from './judge.ts'
import { createBadMiner } from './miner-bad.ts'
import { embedWith, trainedTable } from './miner-good.ts'
import { createMemoriser } from './miner-memoriser.ts'
import { createOkMiner } from './miner-ok.ts'
import { type EmbedAnswer, type EmbedAsk, isUnitMatrix } from './protocol.ts'
import { drawTask, TASK } from './task.ts'
import { TRAIN_DEFAULTS } from './trainer.ts'

const card = loadCard()
const table = trainedTable({ seed: 'test' })
const good = embedWith(table)

describe('the data card', () => {
  test('no held-out definition or entry is in the training part', () => {
    expect(card.training.length).toBeGreaterThan(15_000)
    expect(card.heldOut.length).toBeGreaterThan(4_000)
    const trained = new Set(card.training.flatMap((m) => [contentOf(m.definition), contentOf(documentOf(m))]))
    const leaked = card.heldOut.filter(
      (m) => trained.has(contentOf(m.definition)) || trained.has(contentOf(documentOf(m))),
    )
    expect(leaked).toEqual([])
    expect(card.heldOut.every((m) => isHeldOut(m.definition))).toBe(true)
    expect(card.training.some((m) => isHeldOut(m.definition))).toBe(false)
  })

  test('tasks are drawn from held-out entries only', () => {
    const heldOut = new Set(card.heldOut.map(documentOf))
    for (let i = 0; i < 20; i++) {
      const { ask, truth } = drawTask(createRng(`task ${i}`), card.heldOut, card.thesaurus)
      expect(truth.documents.every((at) => heldOut.has(ask.texts[at]!))).toBe(true)
      expect(truth.pairs).toHaveLength(TASK.questions)
      expect(() => embed.ask.encode(ask)).not.toThrow()
    }
  })

  test('a changed file is refused', () => {
    const packed = Uint8Array.from([1, 2, 3])
    expect(() => parseCard('x@1', '00', packed)).toThrow('Data card x@1 has SHA-256')
  })
})

test('a disguise repeats from its seed and keeps at least three words', () => {
  const text = 'a hollow muscular organ located behind the sternum and between the lungs'
  expect(disguise(createRng('heart'), text, card.thesaurus, DISGUISE)).toMatchInlineSnapshot(
    `"hollow mesomorphic set butt between lungs"`,
  )
  const all = disguise(createRng('x'), text, card.thesaurus, { synonyms: 0, typos: 0, drop: 1 })
  expect(all).toBe('hollow muscular organ')
})

describe('reference miners', () => {
  const measure = (answer: (ask: EmbedAsk) => EmbedAnswer, rounds: number, seed: string) => {
    const rng = createRng(seed)
    let recall = 0
    for (let i = 0; i < rounds; i++) {
      const { ask, truth } = drawTask(rng, card.heldOut, card.thesaurus)
      recall += retrieval(answer(ask).vectors, truth).recall / rounds
    }
    return recall
  }

  test('good beats ok by five points of recall@1 and more, ok beats bad clearly, a memoriser finds nothing', () => {
    const recall = {
      good: measure(good, 20, 'bar'),
      ok: measure(createOkMiner({ seed: '1' }), 20, 'bar'),
      bad: measure(createBadMiner({ seed: '1' }), 20, 'bar'),
      memoriser: measure(createMemoriser({ seed: '1' }), 20, 'bar'),
    }
    expect(recall.good).toBeGreaterThan(recall.ok + 0.05)
    expect(recall.ok).toBeGreaterThan(recall.bad + 0.05)
    expect(recall.memoriser).toBeLessThan(0.1)
  })

  test('pay is good > ok > bad, with bad and cheats at nothing, for ten seeds after five rounds', async () => {
    const make = (name: string, answer: (ask: EmbedAsk) => EmbedAnswer): SimulatedMiner => ({
      name,
      answer: wired(embed, answer),
    })
    for (let seed = 0; seed < 10; seed++) {
      const { standings } = await simulate(embed, {
        seed: `order ${seed}`,
        rounds: 5,
        miners: [
          make('bad', createBadMiner({ seed: `${seed}` })),
          make('ok', createOkMiner({ seed: `${seed}` })),
          make('good', good),
          make('memoriser', createMemoriser({ seed: `${seed}` })),
          random(embed, `${seed}`),
          garbage(`${seed}`),
          silent(),
        ],
      })
      const share = Object.fromEntries(standings.map(({ name, share }) => [name, fromQ(share)]))
      expect(share['good'], `seed ${seed}`).toBeGreaterThan(share['ok']!)
      expect(share['ok'], `seed ${seed}`).toBeGreaterThan(share['bad']!)
      for (const cheat of ['memoriser', 'random', 'garbage', 'silent']) expect(share[cheat]).toBe(0)
    }
  })

  test('clones of one model share one pay; another training is no clone', async () => {
    const ask = { texts: drawTask(createRng('clone'), card.heldOut, card.thesaurus).ask.texts, dims: 64 }
    expect(kernelAlignment(good(ask), good(ask))).toBeCloseTo(1, 6)
    const ok = [createOkMiner({ seed: 'a' }), createOkMiner({ seed: 'b' })].map((miner) => miner(ask))
    expect(kernelAlignment(ok[0]!, ok[1]!)).toBeLessThan(0.99)
    expect(kernelAlignment(good(ask), ok[0]!)).toBeLessThan(0.99)

    const rival = { name: 'rival', answer: wired(embed, createOkMiner({ seed: 'rival' })) }
    const backend = wired(embed, good)
    const { standings: one } = await simulate(embed, { seed: 'k', rounds: 5, miners: [rival, ...sybils(backend, 1)] })
    const { standings: four } = await simulate(embed, { seed: 'k', rounds: 5, miners: [rival, ...sybils(backend, 4)] })
    expect(fromQ(four[0]!.share)).toBeCloseTo(fromQ(one[0]!.share), 6)
  })

  test('any text and any allowed size gives unit vectors', () => {
    const texts = ['', ' ', '!?', 'çedilla', 'word', '漢字', 'x'.repeat(2_000)]
    for (const miner of [
      good,
      createOkMiner({ seed: '1' }),
      createBadMiner({ seed: '1' }),
      createMemoriser({ seed: '1' }),
    ]) {
      for (const dims of [16, 128, 512])
        expect(isUnitMatrix(miner({ texts, dims }).vectors, texts.length, dims)).toBe(true)
    }
  })

  test('a trained model is kept, and trained again when its file is damaged', () => {
    const cacheDir = mkdtempSync(join(tmpdir(), 'neurite-embed-'))
    try {
      const progress: number[] = []
      const environment = { seed: 'kept', cacheDir, onProgress: (done: number) => progress.push(done) }
      const short = { ...TRAIN_DEFAULTS, buckets: 1 << 12, dims: 32, steps: 12, batch: 16 }
      const first = trainedTable(environment, short)
      expect(progress).toHaveLength(12)
      progress.length = 0
      expect(trainedTable(environment, short)).toEqual(first)
      expect(progress).toEqual([1])

      const file = join(cacheDir, readdirSync(cacheDir)[0]!)
      const bytes = readFileSync(file)
      bytes[1_000]! ^= 1
      writeFileSync(file, bytes)
      expect(trainedTable(environment, short)).toEqual(first)
      expect(progress).toHaveLength(13)
    } finally {
      rmSync(cacheDir, { recursive: true })
    }
  })
})
