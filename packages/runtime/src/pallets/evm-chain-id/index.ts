/** The chain's id for Ethereum tools. Storage prefix `EVMChainId`. */
import { u64 } from '@neurite/primitives/scale'
import { pallet, value } from '../../frame/index.ts'

const P = pallet({ name: 'EVMChainId', index: 23, crate: 'pallet_evm_chain_id' })

export const storage = P.storage({ ChainId: value(u64) })

export interface EvmChainIdGenesis {
  readonly chainId: bigint
}

export default P.build({
  storage,
  genesis(ctx, config: EvmChainIdGenesis) {
    storage.ChainId.set(ctx, config.chainId)
  },
})
