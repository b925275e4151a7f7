/** What decides on the blocks. */
export { auraSeal, auraSlot, slotOf } from './aura.ts'
export { type FillResult, fillBlock } from './fill.ts'
export { createSoloEngine, type Sealing, type SoloDependencies, type SoloEngine, type SoloOptions } from './solo.ts'
