/** Signing calls, sending them, and following them to a block. */
import { bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import {
  type Era,
  encodeExtra,
  encodeSigned,
  eraBirth,
  IMMORTAL,
  type MultiSignature,
  mortalEra,
  signingPayload,
} from '@neurite/primitives/extrinsic'
import { blake2_256 } from '@neurite/primitives/hash'
import type { Keypair } from '@neurite/primitives/keyring'
import type { Chain } from './chain.ts'
import { RpcError } from './connection.ts'
import { CUSTOM_REFUSALS } from './refusals.ts'
import type { RuntimeCall } from './types.ts'

export interface SubmitOptions {
  /** Until when to wait. @default inBlock */
  readonly wait?: 'ready' | 'inBlock' | 'finalized'
  /** Rao for the block's author. @default 0 */
  readonly tip?: bigint
  /**
   * @default the account's next, transactions in the pool included. Several submissions of one account may then be
   * started without waiting for one another: each takes its nonce after the one before it has reached the pool.
   */
  readonly nonce?: number
  /** Blocks during which it may be included, rounded up to a power of two from 4 to 65536; 0 for ever. @default 64 */
  readonly period?: number
}

export interface ChainEvent {
  readonly pallet: string
  readonly name: string
  readonly data: any
}

export interface Included {
  readonly hash: Hash
  /** Zeros if only readiness was waited for. */
  readonly blockHash: Hash
  /** Events of this extrinsic. */
  readonly events: readonly ChainEvent[]
  /** Fee that was paid, tip included. @unit rao */
  readonly fee: bigint
}

/** The chain included the call, and the call failed. */
export class CallFailed extends NeuriteError<'CallFailed'> {
  override readonly name = 'CallFailed'
  /** `Pallet.Error`, or the name of another dispatch error. */
  readonly reason: string

  constructor(call: RuntimeCall, reason: string, docs: string, blockHash: string) {
    super('CallFailed', `\`${call.pallet}.${call.name}\` failed with ${reason}.`, {
      details: docs ? [docs] : [],
      data: { reason, blockHash },
    })
    this.reason = reason
  }
}

/** An extrinsic ready to send, and its hash. */
export async function signCall(
  chain: Chain,
  call: RuntimeCall,
  signer: Keypair,
  options: SubmitOptions = {},
): Promise<{ bytes: Uint8Array; hash: Hash }> {
  const [nonce, era] = await Promise.all([
    options.nonce ?? chain.connection.request<number>('system_accountNextIndex', [signer.address]),
    eraOf(chain, options.period ?? 64),
  ])
  // Read after waiting: a runtime upgrade may have come in between.
  const runtime = chain.runtime
  const extraBytes = encodeExtra({ era: era.era, nonce, tip: options.tip ?? 0n, metadataHashMode: 'Disabled' })
  const callBytes = runtime.encodeCall(call)
  const payload = signingPayload(callBytes, extraBytes, {
    specVersion: runtime.specVersion,
    transactionVersion: runtime.transactionVersion,
    genesisHash: chain.genesisHash,
    birthHash: era.birthHash,
  })
  const signature = { type: SIGNATURE_NAMES[signer.scheme], value: signer.sign(payload) } as MultiSignature
  const bytes = encodeSigned({ type: 'Id', value: signer.publicKey }, signature, extraBytes, callBytes)
  return { bytes, hash: bytesToHex(blake2_256(bytes)) }
}

const SIGNATURE_NAMES = { sr25519: 'Sr25519', ed25519: 'Ed25519', ecdsa: 'Ecdsa' } as const

async function eraOf(chain: Chain, period: number): Promise<{ era: Era; birthHash: Hash }> {
  if (period === 0) return { era: IMMORTAL, birthHash: chain.genesisHash }
  const finalized = await chain.connection.request<string>('chain_getFinalizedHead')
  const header = await chain.connection.request<{ number: string }>('chain_getHeader', [finalized])
  const current = BigInt(header.number)
  const era = mortalEra(BigInt(period), current)
  const birth = Number(eraBirth(era, current))
  const birthHash = await chain.connection.request<Hash | null>('chain_getBlockHash', [birth])
  if (birthHash === null) {
    throw new NeuriteError('NoSuchBlock', `The node no longer knows block \`${birth}\`, where the period begins.`, {
      details: ['Submit with a shorter `period`, or with `period: 0`.'],
    })
  }
  return { era, birthHash }
}

/**
 * Signs and sends `call`, and waits as asked.
 * @throws CallFailed when it was included and failed; RpcError when the pool refused it; NeuriteError `ConnectionLost`
 * when the outcome is unknown, with the extrinsic's hash in `data.hash`.
 */
export async function submitCall(
  chain: Chain,
  call: RuntimeCall,
  signer: Keypair,
  options: SubmitOptions = {},
): Promise<Included> {
  const wait = options.wait ?? 'inBlock'
  const send = async (): Promise<{ readonly hash: Hash; readonly watch: Watch | undefined }> => {
    const { bytes, hash } = await signCall(chain, call, signer, options)
    try {
      if (wait !== 'ready') return { hash, watch: await watchExtrinsic(chain, bytesToHex(bytes), wait) }
      await chain.connection.request('author_submitExtrinsic', [bytesToHex(bytes)])
      return { hash, watch: undefined }
    } catch (error) {
      throw explain(error, hash)
    }
  }
  // Two that asked for a nonce at once would get the same.
  const { hash, watch } = options.nonce === undefined ? await inTurn(chain, signer.address, send) : await send()
  if (watch === undefined) return { hash, blockHash: `0x${'00'.repeat(32)}`, events: [], fee: 0n }
  try {
    return await included(chain, call, hash, await watch.blockHash)
  } catch (error) {
    throw explain(error, hash)
  } finally {
    await watch.stop()
  }
}

/** The last submission of each account that may not have reached the pool yet. */
const turns = new WeakMap<Chain, Map<string, Promise<unknown>>>()

/** Runs `action` after all earlier ones of the same account, whether they worked or not. */
function inTurn<T>(chain: Chain, account: string, action: () => Promise<T>): Promise<T> {
  const queue = turns.get(chain) ?? new Map<string, Promise<unknown>>()
  turns.set(chain, queue)
  const mine = (queue.get(account) ?? Promise.resolve()).then(action, action)
  const settled = mine.then(
    () => undefined,
    () => undefined,
  )
  queue.set(account, settled)
  void settled.then(() => {
    if (queue.get(account) === settled) queue.delete(account)
  })
  return mine
}

/** Adds what is known of the extrinsic to an error about its way. */
function explain(error: unknown, hash: Hash): unknown {
  if (isNeuriteError(error, 'ConnectionLost')) {
    return new NeuriteError('ConnectionLost', error.shortMessage, {
      details: [`Whether the chain took extrinsic \`${hash}\` is unknown: look before you send it again.`],
      data: { hash },
      cause: error,
    })
  }
  if (error instanceof RpcError) {
    const code = /Custom error: (\d+)/.exec(error.shortMessage)?.[1]
    const reason = code === undefined ? undefined : CUSTOM_REFUSALS[Number(code)]
    const { method, error: original } = error.data as any
    if (reason !== undefined) return new RpcError(method, original, [`Custom error ${code} is ${reason}.`])
  }
  return error
}

interface Watch {
  /** Hash of the block that the extrinsic got into, or of that which made it final. */
  readonly blockHash: Promise<Hash>
  stop(): Promise<void>
}

/** Sends an extrinsic; resolves when the pool has taken it. */
async function watchExtrinsic(chain: Chain, hex: string, wait: 'inBlock' | 'finalized'): Promise<Watch> {
  let found: (hash: Hash) => void = () => {}
  let failed: (error: NeuriteError) => void = () => {}
  const blockHash = new Promise<Hash>((resolve, reject) => {
    found = resolve
    failed = reject
  })
  // It may fail before anybody waits for it.
  blockHash.catch(() => undefined)
  const onStatus = (status: any): void => {
    if (typeof status === 'object' && status !== null) {
      if (status.finalized) found(status.finalized)
      else if (status.inBlock && wait === 'inBlock') found(status.inBlock)
      else if (status.usurped) failed(usurped(status.usurped))
      else if (status.finalityTimeout)
        failed(new NeuriteError('FinalityTimeout', 'The block of the extrinsic was not finalised in time.'))
    } else if (status === 'dropped' || status === 'invalid') failed(notIncluded(status))
  }
  const { connection } = chain
  const subscription = await connection.subscribe(
    'author_submitAndWatchExtrinsic',
    [hex],
    'author_unwatchExtrinsic',
    onStatus,
    failed,
  )
  return { blockHash, stop: () => subscription.unsubscribe() }
}

function usurped(by: string): NeuriteError {
  return new NeuriteError('Usurped', `Another extrinsic of the account took its place: \`${by}\`.`, {
    details: ['It had the same nonce and a greater tip. Submit again for the next nonce.'],
  })
}

function notIncluded(status: string): NeuriteError {
  return new NeuriteError('NotIncluded', `The pool gave the extrinsic up: \`${status}\`.`, {
    details: ['Sign it again with a fresh nonce and era.'],
  })
}

async function included(chain: Chain, call: RuntimeCall, hash: Hash, blockHash: Hash): Promise<Included> {
  const [block, records] = await Promise.all([
    chain.connection.request<{ block: { extrinsics: string[] } }>('chain_getBlock', [blockHash]),
    chain.events(blockHash),
  ])
  const index = block.block.extrinsics.findIndex((hex) => bytesToHex(blake2_256(hexToBytes(hex))) === hash)
  if (index < 0) {
    throw new NeuriteError('NotIncluded', `Block \`${blockHash}\` does not hold extrinsic \`${hash}\`.`, {
      details: ['The node said that it does. Look for the extrinsic before you send it again.'],
    })
  }
  const events = records
    .filter(({ phase }) => phase.type === 'ApplyExtrinsic' && phase.value === index)
    .map(({ event }) => event)
  const failed = events.find((event) => event.pallet === 'System' && event.name === 'ExtrinsicFailed')
  if (failed) {
    const { name, docs } = describeDispatchError(chain, failed.data.dispatch_error)
    throw new CallFailed(call, name, docs, blockHash)
  }
  const paid = events.find((event) => event.pallet === 'TransactionPayment' && event.name === 'TransactionFeePaid')
  return { hash, blockHash, events, fee: paid?.data.actual_fee ?? 0n }
}

/** Name and text of a dispatch error, from the node's metadata. */
export function describeDispatchError(chain: Chain, error: any): { readonly name: string; readonly docs: string } {
  if (error.type === 'Module') return chain.runtime.moduleError(error.value.index, error.value.error[0])
  return { name: typeof error.value === 'string' ? `${error.type}.${error.value}` : error.type, docs: '' }
}
