#!/usr/bin/env node
// The node program on a chain of full subnets: memory, and how long a client waits for a metagraph of 256 neurons.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, quantile, startProgram } from './lib.mjs'
import { fullNetwork, writeChainFolder } from './network.mjs'

/** A folder with the chain; writing it takes seconds, so runs share it. */
export async function prepareFullChain(subnets) {
  const folder = mkdtempSync(join(tmpdir(), 'neurite-full-'))
  await writeChainFolder(folder, await fullNetwork(subnets))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Milliseconds and bytes. */
export async function measureViews({ folder, subnets, calls = 200, settleMs = 10_000 }) {
  const node = await startProgram([
    '--dev',
    '--block-time',
    '250ms',
    '--base-path',
    folder,
    '--state-pruning',
    '256',
    '--log',
    'warn',
  ])
  try {
    const metagraph = []
    const neurons = []
    let bytes = 0
    const timed = async (into, method, netuid) => {
      const started = performance.now()
      const hex = Buffer.from([netuid & 255, netuid >> 8]).toString('hex')
      const answer = await node.client.call('state_call', method, `0x${hex}`)
      into.push(performance.now() - started)
      return answer.length
    }
    // The code that answers, and the machine under it, get warm on one subnet.
    for (let i = 0; i < 20; i++) await timed([], 'SubnetInfoRuntimeApi_get_metagraph', 2)
    for (let i = 0; i < calls; i++) {
      bytes = await timed(metagraph, 'SubnetInfoRuntimeApi_get_metagraph', 2 + (i % subnets))
      await timed(neurons, 'NeuronInfoRuntimeApi_get_neurons_lite', 2 + (i % subnets))
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    const { number } = await node.client.call('chain_getHeader')
    return {
      metagraph: { median: median(metagraph), p99: quantile(metagraph, 0.99) },
      neuronsLite: { median: median(neurons), p99: quantile(neurons, 0.99) },
      bytes: bytes / 2,
      block: Number(number),
      memory: node.memory(),
    }
  } finally {
    await node.stop()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('../scripts/build.mjs')
  await build()
  const subnets = Number(process.argv[2] ?? 128)
  const chain = await prepareFullChain(subnets)
  try {
    console.dir(await measureViews({ folder: chain.folder, subnets }), { depth: 4 })
  } finally {
    chain.remove()
  }
}
