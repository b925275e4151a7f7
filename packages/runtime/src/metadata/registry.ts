/**
 * The portable type registry: every type that the metadata mentions, once, with a number.
 * Two codecs are the same type when they have the same path with the same parameters, or the same built-in shape.
 */
import type { Codec, TypeDef, TypeField, TypeInfo } from '@neurite/primitives/scale'

export interface RegistryEntry {
  readonly id: number
  readonly info: TypeInfo
}

export class TypeRegistry {
  private readonly idByInfo = new Map<TypeInfo, number>()
  private readonly idByKey = new Map<string, number>()
  private readonly keyByInfo = new Map<TypeInfo, string>()
  readonly entries: RegistryEntry[] = []

  /** Number of the codec's type; registers it and all that it contains. */
  idOf(codec: Codec<unknown>): number {
    const info = codec.type()
    const known = this.idByInfo.get(info)
    if (known !== undefined) return known
    const key = this.keyOf(info)
    const same = this.idByKey.get(key)
    if (same !== undefined) {
      this.idByInfo.set(info, same)
      return same
    }
    const id = this.entries.length
    this.entries.push({ id, info })
    this.idByInfo.set(info, id)
    this.idByKey.set(key, id)
    for (const child of childrenOf(info)) this.idOf(child)
    return id
  }

  /** Text that is equal for equal types. A path ends the recursion, so types may contain themselves. */
  private keyOf(info: TypeInfo): string {
    const known = this.keyByInfo.get(info)
    if (known !== undefined) return known
    const { path, def } = info
    const sub = (codec: Codec<unknown>): string => this.keyOf(codec.type())
    let key: string
    if (path !== undefined && path !== '') {
      const params = (info.params ?? []).map((param) => (param.codec ? sub(param.codec) : '_'))
      key = `${path}<${params.join(',')}>`
      // Bounded lists of one item type differ only in their limit, which the metadata does not tell apart.
    } else if (def.kind === 'primitive') key = def.name
    else if (def.kind === 'sequence') key = `[${sub(def.of)}]`
    else if (def.kind === 'array') key = `[${sub(def.of)};${def.length}]`
    else if (def.kind === 'compact') key = `compact ${sub(def.of)}`
    else if (def.kind === 'tuple') key = `(${def.of.map(sub).join(',')})`
    else if (def.kind === 'composite')
      key = `{${def.fields.map((field) => `${field.name ?? ''}:${sub(field.codec)}`).join(',')}}`
    else
      key = `enum{${def.variants.map((item) => `${item.index}${item.name}(${item.fields.map((field) => sub(field.codec)).join(',')})`).join(',')}}`
    this.keyByInfo.set(info, key)
    return key
  }
}

function childrenOf(info: TypeInfo): Codec<unknown>[] {
  const out: Codec<unknown>[] = []
  for (const param of info.params ?? []) if (param.codec) out.push(param.codec)
  return [...out, ...childrenOfDef(info.def)]
}

function childrenOfDef(def: TypeDef): Codec<unknown>[] {
  const of = (fields: readonly TypeField[]): Codec<unknown>[] => fields.map((field) => field.codec)
  switch (def.kind) {
    case 'primitive':
      return []
    case 'composite':
      return of(def.fields)
    case 'variant':
      return def.variants.flatMap((item) => of(item.fields))
    case 'sequence':
    case 'array':
    case 'compact':
      return [def.of]
    case 'tuple':
      return [...def.of]
  }
}
