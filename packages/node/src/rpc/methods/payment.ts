/** `payment_*`: what a transaction would cost. */
import { bytesToHex, concatBytes } from '@neurite/primitives/bytes'
import { Reader, ScaleError } from '@neurite/primitives/scale'
import type { BlockId, Chain } from '../../service/chain.ts'
import type { NodeContext } from '../../service/context.ts'
import type { Handler } from '../methods.ts'
import { asBytes, type Params } from '../params.ts'
import { blockParam } from '../support/blocks.ts'
import { clientError, withState } from '../support/clientErrors.ts'

type Call = Handler<NodeContext>

/** Answer of `TransactionPaymentApi_<name>` for the extrinsic of parameter 0 at the block of parameter 1. */
function ask(chain: Chain, params: Params, name: string): Reader {
  const extrinsic = params.required(0, 'encoded_xt', asBytes)
  const at: BlockId = blockParam(chain, params, 1, 'at')
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, extrinsic.length, true)
  return withState(at.hash, () => {
    try {
      const args = concatBytes(extrinsic, length)
      return new Reader(chain.runtime.callApi(chain.stateAt(at), at, `TransactionPaymentApi_${name}`, args))
    } catch (error) {
      if (error instanceof ScaleError)
        throw clientError(`Unable to decode the extrinsic ${bytesToHex(extrinsic).slice(0, 20)}...`)
      throw error
    }
  })
}

const CLASSES = ['normal', 'operational', 'mandatory'] as const

export const payment_queryInfo: Call = ({ chain }, params) => {
  const reader = ask(chain, params, 'query_info')
  const refTime = reader.compactBig(64)
  const proofSize = reader.compactBig(64)
  const callClass = CLASSES[reader.u8()]
  return {
    weight: { ref_time: Number(refTime), proof_size: Number(proofSize) },
    class: callClass,
    partialFee: reader.u64().toString(),
  }
}

export const payment_queryFeeDetails: Call = ({ chain }, params) => {
  const reader = ask(chain, params, 'query_fee_details')
  const hex = (rao: bigint) => `0x${rao.toString(16)}`
  if (reader.u8() === 0) return { inclusionFee: null }
  const [baseFee, lenFee, adjustedWeightFee] = [reader.u64(), reader.u64(), reader.u64()]
  return { inclusionFee: { baseFee: hex(baseFee), lenFee: hex(lenFee), adjustedWeightFee: hex(adjustedWeightFee) } }
}
