/** Signing calls, sending them, and following them to a block. */
import { bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
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
import { encode } from '@neurite/primitives/scale'
import type { Chain } from './chain.ts'
import type { RuntimeCall } from './types.ts'

export interface SubmitOptions {
  /** Until when to wait. @default inBlock */
  readonly wait?: 'ready' | 'inBlock' | 'finalized'
  /** Rao for the block's author. @default 0 */
  readonly tip?: bigint
  /** @default the account's next, transactions in the pool included */
  readonly nonce?: number
  /** Blocks during which it may be included; 0 for ever. @default 64 */
  readonly period?: number
}

export interface ChainEvent {
  readonly pallet: string
  readonly name: string
  readonly data: any
}

export interface Included {
  readonly hash: Hash
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
  const runtime = chain.runtime
  const [nonce, era] = await Promise.all([
    options.nonce ?? chain.connection.request<number>('system_accountNextIndex', [signer.address]),
    eraOf(chain, options.period ?? 64),
  ])
  const extraBytes = encodeExtra({ era: era.era, nonce, tip: options.tip ?? 0n, metadataHashMode: 'Disabled' })
  const callBytes = encode(runtime.callCodec, call)
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
  const birthHash = await chain.connection.request<Hash>('chain_getBlockHash', [Number(eraBirth(era, current))])
  return { era, birthHash }
}

/**
 * Signs and sends `call`, and waits as asked.
 * @throws CallFailed when it was included and failed; RpcError when the pool refused it.
 */
export async function submitCall(
  chain: Chain,
  call: RuntimeCall,
  signer: Keypair,
  options: SubmitOptions = {},
): Promise<Included> {
  const { bytes, hash } = await signCall(chain, call, signer, options)
  const wait = options.wait ?? 'inBlock'
  if (wait === 'ready') {
    await chain.connection.request('author_submitExtrinsic', [bytesToHex(bytes)])
    return { hash, blockHash: `0x${'00'.repeat(32)}`, events: [], fee: 0n }
  }
  const blockHash = await follow(chain, bytesToHex(bytes), wait)
  return included(chain, call, hash, blockHash)
}

/** The hash of the block that the extrinsic got into (or that made it final). */
async function follow(chain: Chain, hex: string, wait: 'inBlock' | 'finalized'): Promise<Hash> {
  let stop: (() => Promise<void>) | undefined
  try {
    return await new Promise<Hash>((resolve, reject) => {
      const onStatus = (status: any): void => {
        if (typeof status === 'object' && status !== null) {
          if (status.finalized) resolve(status.finalized)
          else if (status.inBlock && wait === 'inBlock') resolve(status.inBlock)
          else if (status.usurped)
            reject(new NeuriteError('Usurped', `Another extrinsic took its place: \`${status.usurped}\`.`))
          else if (status.finalityTimeout)
            reject(new NeuriteError('FinalityTimeout', 'The block was not finalised in time.'))
        } else if (status === 'dropped' || status === 'invalid') {
          reject(
            new NeuriteError('NotIncluded', `The pool gave the extrinsic up: \`${status}\`.`, {
              details: ['Sign it again with a fresh nonce and era.'],
            }),
          )
        }
      }
      chain.connection
        .subscribe('author_submitAndWatchExtrinsic', [hex], 'author_unwatchExtrinsic', onStatus, reject)
        .then((subscription) => {
          stop = subscription.unsubscribe
        }, reject)
    })
  } finally {
    await stop?.()
  }
}

async function included(chain: Chain, call: RuntimeCall, hash: Hash, blockHash: Hash): Promise<Included> {
  const [block, records] = await Promise.all([
    chain.connection.request<{ block: { extrinsics: string[] } }>('chain_getBlock', [blockHash]),
    chain.events(blockHash),
  ])
  const index = block.block.extrinsics.findIndex((hex) => bytesToHex(blake2_256(hexToBytes(hex))) === hash)
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
  return { name: error.value === undefined ? error.type : `${error.type}.${error.value}`, docs: '' }
}
