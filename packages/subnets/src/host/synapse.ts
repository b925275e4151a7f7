/** A subnet's ask and answer as a signed call between neurons. */
import { NeuriteError } from '@neurite/primitives/errors'
import type { SynapseDefinition } from '@neurite/sdk/dendrite'
import type { Json, Subnet } from '@neurite/sdk/mechanism'

type JsonRecord = Record<string, Json>

function fieldsOf(schema: { describe(): Json }): readonly string[] {
  const described = schema.describe() as { readonly type: string; readonly properties?: Record<string, Json> }
  if (described.type !== 'object' || described.properties === undefined) {
    throw new NeuriteError('InvalidSubnet', `A wire type is \`${described.type}\`.`, {
      details: ['Expected `s.object({...})` for the ask and the answer: the fields of a call have names.'],
    })
  }
  return Object.keys(described.properties)
}

/** Only our fields: a call carries those of the protocol and, in its answer, those of the request too. */
function picking(names: readonly string[]): (value: unknown) => JsonRecord {
  return (value) => {
    const record = value as JsonRecord
    return Object.fromEntries(names.filter((name) => Object.hasOwn(record, name)).map((name) => [name, record[name]!]))
  }
}

/** Path of the calls of a subnet: its name with a capital, as Python classes have. */
export function synapseName({ name }: Pick<Subnet, 'name'>): string {
  return `${name[0]!.toUpperCase()}${name.slice(1)}`
}

/** For the asking side. The answer is only cut to its fields here; `subnet.answer` decodes it. */
export function callerSynapse(subnet: Subnet): SynapseDefinition<JsonRecord, JsonRecord> {
  const asked = fieldsOf(subnet.ask)
  return {
    name: synapseName(subnet),
    request: picking(asked),
    response: picking(fieldsOf(subnet.answer)),
    requiredHashFields: asked,
  }
}

/** For the answering side: requests are decoded, and so checked, before a handler sees them. */
export function minerSynapse<Ask extends object>(subnet: Subnet<Ask>): SynapseDefinition<Ask, JsonRecord> {
  const asked = fieldsOf(subnet.ask)
  const pick = picking(asked)
  return {
    name: synapseName(subnet),
    request: (value) => subnet.ask.decode(pick(value), 'ask'),
    response: picking(fieldsOf(subnet.answer)),
    requiredHashFields: asked,
  }
}
