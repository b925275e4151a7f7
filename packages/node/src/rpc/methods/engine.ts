/** `engine_*`: blocks on request, as with `--sealing manual`. */
// polkadot-sdk substrate/client/consensus/manual-seal/src/{rpc,error}.rs
import type { NodeContext } from '../../service/context.ts'
import { methodNotFound, RpcError } from '../errors.ts'
import type { Handler } from '../methods.ts'
import { asBool, asHash } from '../params.ts'

type Call = Handler<NodeContext>

export const engine_createBlock: Call = async ({ maker }, params) => {
  const createEmpty = params.required(0, 'create_empty', asBool)
  const finalize = params.required(1, 'finalize', asBool)
  const parentHash = params.optional(2, 'parent_hash', asHash)
  if (maker === undefined) throw methodNotFound()
  const { hash, proofSize } = await maker.createBlock({ createEmpty, finalize, parentHash })
  return {
    hash,
    aux: {
      header_only: false,
      clear_justification_requests: false,
      needs_justification: false,
      bad_justification: false,
      is_new_best: true,
    },
    proof_size: proofSize,
  }
}

export const engine_finalizeBlock: Call = ({ chain, maker }, params) => {
  const hash = params.required(0, 'hash', asHash)
  if (maker === undefined) throw methodNotFound()
  if (chain.numberOf(hash) === undefined) throw new RpcError(13_000, `Block not found: ${hash}`)
  chain.finalize(hash)
  return true
}
