/** What one kind of call between neurons looks like. Both sides share the definition. */
import { NeuriteError } from '@neurite/primitives/errors'
import { PyFloat } from './python-text.ts'

/** A zod schema, or a function that returns the checked value and throws on a bad one. */
export type Validator<T> = { parse(value: unknown): T } | ((value: unknown) => T)

export function validate<T>(validator: Validator<T>, value: unknown): T {
  return typeof validator === 'function' ? validator(value) : validator.parse(value)
}

export interface SynapseDefinition<Request extends object = object, Response extends object = object> {
  /** The class name of the synapse in Python; it is the path of the route. */
  readonly name: string
  /** Checks the fields of a request. Unknown fields of the wire are handed to it too. */
  readonly request: Validator<Request>
  /** Checks the fields of an answer. */
  readonly response: Validator<Response>
  /** Request fields whose hash the caller signs, in the order of the Python class. @default none */
  readonly requiredHashFields?: readonly string[]
  /** Fields without a default in the Python class. The wire announces their types in headers. @default none */
  readonly requiredFields?: readonly string[]
  /** Fields that Python declares as `float`: whole numbers in them are written with a point. @default none */
  readonly floatFields?: readonly string[]
  /** True if the answer is a stream of chunks (`text/event-stream`) instead of JSON. @default false */
  readonly streaming?: boolean
}

/** Fields that every synapse has besides its own. */
export const SYNAPSE_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'timeout',
  'total_size',
  'header_size',
  'dendrite',
  'axon',
  'computed_body_hash',
])

/** Checked definition; infers its types. @throws NeuriteError `InvalidSynapse` */
export function defineSynapse<Request extends object, Response extends object>(
  definition: SynapseDefinition<Request, Response>,
): SynapseDefinition<Request, Response> {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(definition.name)) {
    throw new NeuriteError('InvalidSynapse', `\`${definition.name}\` cannot be the name of a synapse.`, {
      details: ['Expected an identifier: letters, digits and underscores.'],
    })
  }
  const reserved = [...(definition.requiredHashFields ?? []), ...(definition.requiredFields ?? [])].find((field) =>
    SYNAPSE_FIELDS.has(field),
  )
  if (reserved !== undefined) {
    throw new NeuriteError('InvalidSynapse', `\`${reserved}\` is a field of every synapse.`, {
      details: ['Name only fields of your own.'],
    })
  }
  return definition
}

/** `fields` with the whole numbers of `floatFields` marked as floats, as Python will hold them. */
export function markFloats(
  fields: Readonly<Record<string, unknown>>,
  floatFields: readonly string[] = [],
): Record<string, unknown> {
  const marked: Record<string, unknown> = { ...fields }
  for (const name of floatFields) {
    const value = marked[name]
    if (typeof value === 'number') marked[name] = new PyFloat(value)
    else if (Array.isArray(value)) marked[name] = value.map((v) => (typeof v === 'number' ? new PyFloat(v) : v))
  }
  return marked
}
