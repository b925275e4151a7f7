import { pallet } from '../../frame/index.ts'

export const P = pallet({
  name: 'Balances',
  index: 5,
  crate: 'pallet_balances',
  typeParams: { call: ['T', 'I'], event: ['T', 'I'], error: ['T', 'I'] },
})
