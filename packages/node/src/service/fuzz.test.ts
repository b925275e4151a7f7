/** Hostile input through the front door: whatever the bytes are, the answer is a known error and the node goes on. */
import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { addressOf } from '@neurite/primitives/extrinsic'
import { encode, Writer } from '@neurite/primitives/scale'
import { runtimeCall } from '@neurite/runtime'
import { calls as balances } from '@neurite/runtime/pallets/balances'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { alice, bob, type Client, connect, signBytes, startTestNode, transferToBob } from './node.fixture.ts'
import type { Node } from './node.ts'

let node: Node
let client: Client
/** What the node calls a mistake of its own. */
const mistakes: string[] = []
beforeAll(async () => {
  node = await startTestNode(
    {},
    createLogger({ level: 'error', write: (line) => mistakes.push(line), announce: () => {} }),
  )
  client = await connect(node)
})
afterAll(async () => {
  client.close()
  await node.stop()
})

/** More runs by `NEURITE_FUZZ_RUNS`, as a nightly job sets it. */
const RUNS = Number(process.env['NEURITE_FUZZ_RUNS'] ?? 400)

type Edit = readonly ['set' | 'insert' | 'cut' | 'repeat', position: number, byte: number]
const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.tuple(fc.constantFrom('set', 'insert', 'cut', 'repeat'), fc.nat(), fc.nat(255)),
  { minLength: 1, maxLength: 4 },
)

function mutate(bytes: Uint8Array, list: readonly Edit[]): Uint8Array {
  let result = [...bytes]
  for (const [kind, position, byte] of list) {
    const at = result.length === 0 ? 0 : position % result.length
    if (kind === 'set') result[at] = byte
    else if (kind === 'insert') result.splice(at, 0, byte)
    else if (kind === 'cut') result.splice(at, 1 + (byte % 8))
    else result = [...result.slice(0, at), ...result.slice(Math.max(0, at - 16), at), ...result.slice(at)]
  }
  return Uint8Array.from(result)
}

function lengthPrefix(length: number): Uint8Array {
  const writer = new Writer()
  writer.compact(length)
  return writer.finish()
}

/** Puts the right length in front, so that the damage is met further in. */
const withLength = (body: Uint8Array) => Uint8Array.from([...lengthPrefix(body.length), ...body])

const isKnown = (code: number) => (code >= 1001 && code <= 1019) || code === -32602

async function submit(bytes: Uint8Array): Promise<void> {
  const error = await client.call('author_submitExtrinsic', bytesToHex(bytes)).then(
    () => undefined,
    (reason) => reason,
  )
  if (error !== undefined) expect(error, bytesToHex(bytes)).toSatisfy(({ code }) => isKnown(code))
}

describe('fuzz', () => {
  test('property: damaged extrinsics are refused with a code of the author methods', async () => {
    const good = hexToBytes(transferToBob(node, 0))
    await fc.assert(
      fc.asyncProperty(edits, fc.boolean(), async (list, keepLength) => {
        await submit(keepLength ? withLength(mutate(good.subarray(2), list)) : mutate(good, list))
      }),
      { numRuns: RUNS },
    )
  })

  test('property: random calls with a good signature are refused, or included and the chain goes on', async () => {
    const transfer = balances.transfer_keep_alive({ dest: addressOf(bob.publicKey), value: 1n })
    const callBytes = encode(runtimeCall, transfer)
    const pallets = node.chain.runtime.pallets.map((pallet) => pallet.index)
    const call = fc.oneof(
      fc
        .tuple(fc.constantFrom(...pallets), fc.nat(120), fc.uint8Array({ maxLength: 80 }))
        .map(([pallet, index, args]) => Uint8Array.from([pallet, index, ...args])),
      edits.map((list) => mutate(callBytes, list)),
    )
    await fc.assert(
      fc.asyncProperty(call, async (bytes) => {
        const nonce: number = await client.call('account_nextIndex', alice.address)
        await submit(signBytes(node, alice, bytes, nonce))
        const before = node.chain.best.number
        await client.call('engine_createBlock', true, true)
        expect(node.chain.best.number).toBe(before + 1)
        expect(mistakes).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })
})
