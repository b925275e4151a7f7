/** What must compile and what must not: read by `npm run typecheck`, executed by nobody. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Keypair } from '@neurite/primitives/keyring'
import type { Chain } from './index.ts'

/** Fails to compile unless `actual` is an `Expected`. */
function is<Expected>(_actual: Expected): void {}

export async function types(chain: Chain, hotkey: AccountId, signer: Keypair): Promise<void> {
  const { query, tx, constants, api } = chain

  is<AccountId>(await query.SubtensorModule.Owner.get([hotkey]))
  is<number>(await query.SubtensorModule.Tempo.get([1]))
  is<bigint>((await query.System.Account.get([hotkey])).data.free)
  is<bigint>(await query.Balances.TotalIssuance.get())
  is<number>(constants.SubtensorModule.InitialTempo)
  for (const [key, value] of await query.SubtensorModule.Uids.entries([1])) {
    is<readonly (number | string)[]>(key)
    is<number>(value)
  }
  // @ts-expect-error an optional item may be undefined
  is<number>(await query.SubtensorModule.Uids.get([1, hotkey]))
  // @ts-expect-error no such pallet
  query.Subtensor
  // @ts-expect-error no such storage item
  query.SubtensorModule.Owners
  // @ts-expect-error a map is read by key
  await query.SubtensorModule.Owner.get()
  // @ts-expect-error an account is text
  await query.SubtensorModule.Owner.get([7])
  // @ts-expect-error amounts are bigint
  is<number>(await query.Balances.TotalIssuance.get())

  const call = tx.SubtensorModule.add_stake({ hotkey, netuid: 1, amount_staked: 1_000_000_000n })
  is<bigint>((await chain.submit(call, signer, { wait: 'finalized' })).fee)
  // @ts-expect-error no such call
  tx.SubtensorModule.stake({ hotkey })
  // @ts-expect-error an argument is missing
  tx.SubtensorModule.add_stake({ hotkey, netuid: 1 })
  // @ts-expect-error amounts are bigint
  tx.SubtensorModule.add_stake({ hotkey, netuid: 1, amount_staked: 1 })
  // @ts-expect-error an argument too many
  tx.SubtensorModule.add_stake({ hotkey, netuid: 1, amount_staked: 1n, limit: 1n })
  // @ts-expect-error there is nothing else to wait for
  await chain.submit(call, signer, { wait: 'included' })
  // @ts-expect-error what is submitted is a call, not an account
  await chain.submit(hotkey, signer)

  const metagraph = await api.SubnetInfoRuntimeApi.get_metagraph({ netuid: 1 })
  is<readonly AccountId[] | undefined>(metagraph?.hotkeys)
  is<bigint>(await api.SwapRuntimeApi.current_alpha_price({ netuid: 1 }, { at: '0x00' }))
  is<bigint>(await api.SubnetRegistrationRuntimeApi.get_network_registration_cost())
  // @ts-expect-error the subnet may not exist
  is<readonly AccountId[]>(metagraph.hotkeys)
  // @ts-expect-error no such runtime API
  api.MetagraphApi
  // @ts-expect-error no such method
  await api.SubnetInfoRuntimeApi.get_graph({ netuid: 1 })
  // @ts-expect-error the argument has another name
  await api.SubnetInfoRuntimeApi.get_metagraph({ uid: 1 })
  // @ts-expect-error the argument is missing
  await api.SubnetInfoRuntimeApi.get_metagraph()
}
