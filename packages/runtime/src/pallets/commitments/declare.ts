import { pallet } from '../../frame/index.ts'

/** What hotkeys publish about themselves on a subnet: small data, hashes, or data that opens later. */
export const P = pallet({ name: 'Commitments', index: 18, crate: 'pallet_commitments' })
