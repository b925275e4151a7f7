/** Reading of request bodies within limits. */
import type { IncomingMessage } from 'node:http'
import { bytesToUtf8, concatBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { bodyHash, type JsonLimits, type PyValue, parsePyJson, SYNAPSE_FIELDS } from '../synapse/index.ts'
import { AxonRefusal } from './refusal.ts'

/** The bytes of a body. @throws AxonRefusal 413 as soon as it exceeds `maxBytes` */
export function readBody(stream: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new AxonRefusal(413, `The body exceeds ${maxBytes} bytes`)
  if (Number(stream.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge())
  // With events rather than iteration, which would close the connection on the way out, before any answer.
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = []
    let length = 0
    const take = (part: Uint8Array): void => {
      length += part.length
      if (length <= maxBytes) {
        parts.push(part)
        return
      }
      stream.off('data', take)
      reject(tooLarge())
    }
    stream.on('data', take)
    stream.once('end', () => resolve(concatBytes(...parts)))
    stream.once('error', reject)
    stream.once('close', () => {
      if (!stream.complete) reject(new AxonRefusal(400, 'The body broke off'))
    })
  })
}

/**
 * Fields of the JSON body `bytes`, by name; those that every synapse has are left out.
 * @throws AxonRefusal 422 when it is no JSON object within the limits
 */
export function parseFields(bytes: Uint8Array, limits: JsonLimits): Map<string, PyValue> {
  let value: PyValue
  try {
    value = parsePyJson(bytesToUtf8(bytes), limits)
  } catch (error) {
    if (error instanceof NeuriteError) throw new AxonRefusal(422, error.shortMessage)
    throw error
  }
  if (!(value instanceof Map)) throw new AxonRefusal(422, 'The body is not a JSON object')
  return new Map([...value].filter(([name]) => !SYNAPSE_FIELDS.has(name)))
}

/** @throws NeuriteError `BodyHashMismatch`, which upstream answers with 500 */
export function checkBodyHash(
  fields: ReadonlyMap<string, PyValue>,
  required: readonly string[] | undefined,
  claimed: string | undefined,
): void {
  const actual = bodyHash(fields, required)
  if (actual === claimed) return
  throw new NeuriteError('BodyHashMismatch', 'The body is not the one that was signed.', {
    details: [`The header says \`${claimed}\`, the body gives \`${actual}\`.`],
  })
}
