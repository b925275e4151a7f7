/** `system_*`: the node and its network. */
import { hexToBytes } from '@neurite/primitives/bytes'
import type { NodeContext } from '../../service/context.ts'
import type { Handler } from '../methods.ts'
import { asAccount } from '../support/accounts.ts'

type Call = Handler<NodeContext>

export const system_name: Call = ({ name }) => name
export const system_version: Call = ({ version }) => version
export const system_chain: Call = ({ network }) => network.chainName
export const system_chainType: Call = ({ network }) => network.chainType
export const system_properties: Call = ({ network }) => network.properties

export const system_health: Call = ({ peers }) => ({
  peers: peers.peers().length,
  isSyncing: peers.isSyncing(),
  shouldHavePeers: peers.shouldHavePeers,
})
export const system_peers: Call = ({ peers }) => peers.peers()
export const system_localPeerId: Call = ({ peers }) => peers.localPeerId
export const system_localListenAddresses: Call = ({ peers }) => peers.listenAddresses
export const system_nodeRoles: Call = ({ peers }) => [peers.isAuthority ? 'Authority' : 'Full']
export const system_reservedPeers: Call = () => []
export const system_syncState: Call = ({ chain, peers }) => ({
  startingBlock: 0,
  currentBlock: chain.best.number,
  highestBlock: Math.max(chain.best.number, peers.highestBlock()),
})

export const system_accountNextIndex: Call = ({ chain, pool }, params) => {
  const account = params.required(0, 'account', asAccount)
  const state = chain.stateAt(chain.best)
  const nonce = chain.runtime.callApi(state, chain.best, 'AccountNonceApi_account_nonce', hexToBytes(account))
  return pool.nextIndex(account, new DataView(nonce.buffer, nonce.byteOffset).getUint32(0, true))
}
export const account_nextIndex = system_accountNextIndex
