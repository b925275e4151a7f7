/** `author_*`: submitting transactions. */
import { bytesToHex } from '@neurite/primitives/bytes'
import { Reader, ScaleError } from '@neurite/primitives/scale'
import { badFormat, type TransactionStatus, verificationError } from '../../pool/index.ts'
import type { NodeContext } from '../../service/context.ts'
import { type Handler, type Subscription, unsafe } from '../methods.ts'
import { asArrayOf, asBytes, asHash, type ParamReader, type Params } from '../params.ts'

type Call = Handler<NodeContext>

/** The extrinsic of parameter 0: a length and that many bytes. What follows them is ignored, as upstream does. */
function extrinsicParam(params: Params): Uint8Array {
  const bytes = params.required(0, 'extrinsic', asBytes)
  try {
    const reader = new Reader(bytes)
    const length = reader.compact()
    if (length > reader.remaining) throw badFormat('Not enough data to fill buffer')
    return bytes.subarray(0, reader.at + length)
  } catch (error) {
    if (error instanceof ScaleError) throw badFormat(error.message)
    throw error
  }
}

/** Bytes of the right length that are no extrinsic fail inside the runtime. */
function asAuthorError(error: unknown): never {
  if (error instanceof ScaleError) throw verificationError(`Runtime error: Execution failed: Other: ${error.message}`)
  throw error
}

export const author_submitExtrinsic: Call = ({ pool }, params) =>
  pool.submit(extrinsicParam(params)).catch(asAuthorError)

const isLast = (status: TransactionStatus) =>
  typeof status === 'string'
    ? status === 'dropped' || status === 'invalid'
    : 'finalized' in status || 'usurped' in status || 'finalityTimeout' in status

export const author_submitAndWatchExtrinsic: Subscription<NodeContext> = {
  kind: 'subscription',
  notification: 'author_extrinsicUpdate',
  unsubscribe: 'author_unwatchExtrinsic',
  async start({ pool }, params, sink) {
    let stop = () => {}
    await pool
      .submit(extrinsicParam(params), {
        watcher(status) {
          sink.send(status)
          if (isLast(status)) sink.close()
        },
        onWatched: (end) => {
          stop = end
        },
      })
      .catch(asAuthorError)
    return stop
  },
}

export const author_pendingExtrinsics: Call = ({ pool }) => pool.pending().map(({ bytes }) => bytesToHex(bytes))

const asExtrinsicOrHash: ParamReader<{ hash?: string; extrinsic?: string }> = (value, title) =>
  typeof value === 'object' && value !== null
    ? (value as { hash?: string; extrinsic?: string })
    : { hash: asHash(value, title) }

/** Takes transactions out of the pool; the hashes of those that were in it. */
export const author_removeExtrinsic = unsafe<NodeContext>(({ pool }, params) => {
  const wanted = params.required(0, 'bytes_or_hash', asArrayOf(asExtrinsicOrHash, 1000))
  const hashes = pool
    .pending()
    .filter((tx) => wanted.some(({ hash, extrinsic }) => hash === tx.hash || extrinsic === bytesToHex(tx.bytes)))
    .map((tx) => tx.hash)
  pool.removeInvalid(hashes)
  return hashes
})
