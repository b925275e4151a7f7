/** What one side of a call tells about itself, and its form in HTTP headers. */
import { NeuriteError } from '@neurite/primitives/errors'

/** SDK version that we speak, as major * 10^6 + minor * 10^3 + patch. */
export const PROTOCOL_VERSION = 10_002_000

/** One end of a call. Absent fields were not told. */
export interface TerminalInfo {
  readonly statusCode?: number
  readonly statusMessage?: string
  /** Seconds that the axon spent, or that the dendrite waited. */
  readonly processTime?: number
  readonly ip?: string
  readonly port?: number
  readonly version?: number
  /** Nanoseconds since 1970, ever rising. */
  readonly nonce?: bigint
  readonly uuid?: string
  /** SS58 address. */
  readonly hotkey?: string
  /** `0x` and hex. */
  readonly signature?: string
}

type FieldKind = 'integer' | 'bigint' | 'decimal' | 'text'

/** Fields, their names on the wire and their kinds. */
const FIELDS: readonly (readonly [field: keyof TerminalInfo, wire: string, kind: FieldKind])[] = [
  ['statusCode', 'status_code', 'integer'],
  ['statusMessage', 'status_message', 'text'],
  ['processTime', 'process_time', 'decimal'],
  ['ip', 'ip', 'text'],
  ['port', 'port', 'integer'],
  ['version', 'version', 'integer'],
  ['nonce', 'nonce', 'bigint'],
  ['uuid', 'uuid', 'text'],
  ['hotkey', 'hotkey', 'text'],
  ['signature', 'signature', 'text'],
]

/** Longest header value that is taken in. */
const MAX_TEXT = 1_024

function malformed(name: string): NeuriteError<'MalformedHeader'> {
  return new NeuriteError('MalformedHeader', `The header \`${name}\` is malformed.`)
}

function parseField(kind: FieldKind, text: string, name: string): number | bigint | string {
  if (kind === 'text') {
    if (text.length > MAX_TEXT) throw malformed(name)
    return text
  }
  const pattern = kind === 'decimal' ? /^-?[0-9]{1,20}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?$/ : /^-?[0-9]{1,20}$/
  if (!pattern.test(text.trim())) throw malformed(name)
  if (kind === 'bigint') return BigInt(text.trim())
  const value = Number(text)
  if (!Number.isFinite(value) || (kind === 'integer' && !Number.isSafeInteger(value))) throw malformed(name)
  return value
}

/** Header values by lower-case name. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** The one value of a header; undefined if it is absent. @throws NeuriteError `MalformedHeader` if it came twice */
export function headerValue(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  if (value === undefined || typeof value === 'string') return value
  throw malformed(name)
}

/** Terminal info in the headers `bt_header_<side>_*`. Unknown fields are passed over. */
export function terminalFromHeaders(headers: Headers, side: 'axon' | 'dendrite'): TerminalInfo {
  const info: Record<string, unknown> = {}
  for (const [field, wire, kind] of FIELDS) {
    const name = `bt_header_${side}_${wire}`
    const text = headerValue(headers, name)
    if (text !== undefined) info[field] = parseField(kind, text, name)
  }
  return info as TerminalInfo
}

/** Text that may stand in a header: Latin-1 without control characters. */
export function headerText(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[^ -ÿ]/g, '?')
    .slice(0, MAX_TEXT)
}

/** The headers `bt_header_<side>_*` of `info`. */
export function terminalToHeaders(info: TerminalInfo, side: 'axon' | 'dendrite'): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [field, wire] of FIELDS) {
    const value = info[field]
    if (value !== undefined) headers[`bt_header_${side}_${wire}`] = headerText(String(value))
  }
  return headers
}

/** `info` as the body of a synapse holds it: every field, null when absent. */
export function terminalToBody(info: TerminalInfo): Record<string, unknown> {
  return Object.fromEntries(FIELDS.map(([field, wire]) => [wire, info[field] ?? null]))
}
