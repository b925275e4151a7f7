/** How long a signed extrinsic may be included: for ever, or during a period of blocks from its birth. */
import { type Codec, decodeError, encodeError, itemsOf, once, u8 } from '../scale/index.ts'

export type Era =
  | { readonly type: 'Immortal' }
  | { readonly type: 'Mortal'; readonly period: bigint; readonly phase: bigint }

export const IMMORTAL: Era = { type: 'Immortal' }

function trailingZeros(value: bigint): number {
  let count = 0
  while (((value >> BigInt(count)) & 1n) === 0n) count++
  return count
}

/** Steps in which long periods count their phase. */
function quantum(period: bigint): bigint {
  const steps = period >> 12n
  return steps > 1n ? steps : 1n
}

/** The era of about `period` blocks (rounded up to a power of two within 4..65536) that holds at block `current`. */
export function mortalEra(period: bigint, current: bigint): Era {
  let rounded = 4n
  while (rounded < period && rounded < 65_536n) rounded <<= 1n
  const step = quantum(rounded)
  return { type: 'Mortal', period: rounded, phase: ((current % rounded) / step) * step }
}

/** First block at which the era holds. */
export function eraBirth(era: Era, current: bigint): bigint {
  if (era.type === 'Immortal') return 0n
  const later = current > era.phase ? current : era.phase
  return ((later - era.phase) / era.period) * era.period + era.phase
}

/** First block at which the era holds no longer. */
export function eraDeath(era: Era, current: bigint): bigint {
  return era.type === 'Immortal' ? 0xffff_ffff_ffff_ffffn : eraBirth(era, current) + era.period
}

export const eraCodec: Codec<Era> = {
  type: once(() => ({
    path: 'sp_runtime::generic::era::Era',
    def: {
      kind: 'variant',
      variants: [
        { name: 'Immortal', index: 0, fields: itemsOf().fields },
        ...Array.from({ length: 255 }, (_, i) => ({ name: `Mortal${i + 1}`, index: i + 1, fields: [{ codec: u8 }] })),
      ],
    },
  })),
  typeName: 'Era',
  minSize: 1,
  write(era, writer) {
    if (era.type === 'Immortal') {
      writer.u8(0)
      return
    }
    const { period, phase } = era
    const exponent = trailingZeros(period)
    if (period < 4n || period > 65_536n || period !== 1n << BigInt(exponent) || phase < 0n || phase >= period) {
      throw encodeError('Not an era', `${period}/${phase}`)
    }
    writer.u16(Math.min(15, Math.max(1, exponent - 1)) | (Number(phase / quantum(period)) << 4))
  },
  read(reader) {
    const first = reader.u8()
    if (first === 0) return IMMORTAL
    const encoded = first | (reader.u8() << 8)
    const period = 2n << BigInt(encoded & 15)
    const phase = BigInt(encoded >> 4) * quantum(period)
    if (period < 4n || phase >= period) throw decodeError('Not an era', reader.at - 2)
    return { type: 'Mortal', period, phase }
  },
}
