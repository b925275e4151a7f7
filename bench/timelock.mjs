#!/usr/bin/env node
// Time-locked weights that open at an epoch: 64 commits of 256 weights each, one after the other on one core, as the
// beacon's thread does it when a pulse comes; then what is left of it for the block that reveals them.
//
//   node bench/timelock.mjs
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { built } from './lib.mjs'

const COMMITS = 64
const UIDS = 256
const ROUND = 1000n

/** Milliseconds: `alone` for all openings without a thread, `inBlock` for the same once they are known. */
export async function measureTimelock() {
  const { beaconPublicKey, decrypt, ENTROPY_LENGTH, encrypt, signPulse, weightsPayload } =
    await built('primitives/timelock')
  const { encode } = await built('primitives/scale')
  const { createTimelockMemo, loadPairing } = await built('node/beacon')
  const pair = await loadPairing()
  const seed = randomBytes(32)
  const publicKey = beaconPublicKey(seed)
  const { signature } = signPulse(seed, ROUND)
  const uids = Array.from({ length: UIDS }, (_, uid) => uid)
  const commits = Array.from({ length: COMMITS }, () => {
    const message = { hotkey: randomBytes(32), uids, values: uids.map((uid) => uid * 255), version_key: 0n }
    return encrypt(encode(weightsPayload, message), ROUND, publicKey, randomBytes(ENTROPY_LENGTH))
  })
  for (const commit of commits.slice(0, 8)) decrypt(commit, signature, pair)

  const started = performance.now()
  for (const commit of commits) decrypt(commit, signature, pair)
  const alone = performance.now() - started

  const memo = createTimelockMemo()
  for (const commit of commits) await memo.decryptAhead(commit, signature)
  const known = memo.remembered
  const block = performance.now()
  for (const commit of commits) memo.decrypt(commit, signature)
  const inBlock = performance.now() - block
  if (known !== COMMITS || memo.remembered !== known) throw new Error('The block would have opened commits by itself.')
  return { alone, inBlock }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('../scripts/build.mjs')
  await build()
  console.dir(await measureTimelock())
}
