import { pallet } from '../../frame/index.ts'

export const P = pallet({ name: 'System', index: 0, crate: 'frame_system' })
