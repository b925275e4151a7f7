/** Hostile input through the front door: whatever the bytes are, the answer is a known error and the node goes on. */
import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { addressOf } from '@neurite/primitives/extrinsic'
import { type Codec, decode, encode, ScaleError, Writer } from '@neurite/primitives/scale'
import { type RuntimeCall, runtimeCall } from '@neurite/runtime'
import { calls as balances } from '@neurite/runtime/pallets/balances'
import { calls as sudo } from '@neurite/runtime/pallets/sudo'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { randomCall, randomFrom, randomValue } from './calls.fixture.ts'
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

/** More runs by `NEURITE_FUZZ_RUNS`, as a nightly job sets it; a failed run again by `NEURITE_FUZZ_SEED`. */
const FUZZ = {
  numRuns: Number(process.env['NEURITE_FUZZ_RUNS'] ?? 400),
  includeErrorInReport: true,
  // The chain is another after each run, so a smaller case would not be the same.
  endOnFailure: true,
  ...(process.env['NEURITE_FUZZ_SEED'] === undefined ? {} : { seed: Number(process.env['NEURITE_FUZZ_SEED']) }),
}

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

/** A block that cannot be made is the worst: the chain has stopped. */
const makeBlock = (what: string) =>
  client.call('engine_createBlock', true, true).catch((error) => {
    throw new Error(`no block after ${what}: ${JSON.stringify(error)} ${mistakes.splice(0).join('\n')}`)
  })

/** The call in `bytes`; undefined for a list longer than its bound, which shapes do not tell. */
function decodeCall(bytes: Uint8Array): RuntimeCall | undefined {
  try {
    return decode(runtimeCall, bytes)
  } catch (error) {
    if (error instanceof ScaleError) return undefined
    throw error
  }
}

describe('fuzz', () => {
  test('property: damaged extrinsics are refused with a code of the author methods', async () => {
    const good = hexToBytes(transferToBob(node, 0))
    await fc.assert(
      fc.asyncProperty(edits, fc.boolean(), async (list, keepLength) => {
        await submit(keepLength ? withLength(mutate(good.subarray(2), list)) : mutate(good, list))
      }),
      FUZZ,
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
        await makeBlock(bytesToHex(bytes))
        expect(node.chain.best.number).toBe(before + 1)
        expect(mistakes.splice(0)).toEqual([])
      }),
      FUZZ,
    )
  })

  test('property: calls with well-formed arguments never make the runtime fail, by users or by sudo', async () => {
    const signers = [alice, bob]
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = randomFrom(seed)
        const signer = signers[random(2)]!
        const call = decodeCall(randomCall(random))
        if (call === undefined || isDestructive(call)) return
        seen.add(`${call.pallet}.${call.name}`)
        const bySudo = signer === alice && random(2) === 0
        const wrapped = bySudo ? sudo.sudo({ call }) : call
        const nonce: number = await client.call('account_nextIndex', signer.address)
        await submit(signBytes(node, signer, encode(runtimeCall, wrapped), nonce))
        const before = node.chain.best.number
        await makeBlock(`${call.pallet}.${call.name} ${bytesToHex(encode(runtimeCall, wrapped))}`)
        expect(mistakes.splice(0), `${call.pallet}.${call.name} ${bytesToHex(encode(runtimeCall, wrapped))}`).toEqual(
          [],
        )
        expect(node.chain.best.number).toBe(before + 1)
      }),
      FUZZ,
    )
    expect(seen.size).toBeGreaterThan(50)
  })

  test('property: runtime functions answer any arguments, or refuse them', async () => {
    const { apis } = node.chain.runtime
    const functions = apis.flatMap((set) =>
      Object.entries(set.methods).map(([name, { argsCodec }]) => ({ name: `${set.name}_${name}`, argsCodec })),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...functions),
        fc.integer(),
        edits,
        fc.boolean(),
        async (each, seed, list, damage) => {
          const args = randomValue(each.argsCodec as Codec<unknown>, randomFrom(seed))
          const bytes = bytesToHex(damage ? mutate(args, list) : args)
          const error = await client.call('state_call', each.name, bytes).then(
            () => undefined,
            (reason) => reason,
          )
          const what = `${each.name} ${bytes} ${mistakes.splice(0).join('\n')}`
          if (error !== undefined) expect(error.code, what).toBe(4003)
        },
      ),
      FUZZ,
    )
  })
})

/** Calls by which root may do anything to the state, or gives up being root: nothing can be expected after them. */
function isDestructive(call: RuntimeCall): boolean {
  if (call.pallet === 'System') return true
  // Root may act as nobody, and so put a second inherent into the block; the author leaves that out.
  if (call.pallet === 'Utility' && call.name.startsWith('dispatch_as')) return true
  if (call.pallet === 'Sudo') return call.name !== 'sudo' || isDestructive((call.args as { call: RuntimeCall }).call)
  const inner = Object.values(call.args as Record<string, unknown>).flat()
  return inner.some(
    (each) => typeof each === 'object' && each !== null && 'pallet' in each && isDestructive(each as RuntimeCall),
  )
}
