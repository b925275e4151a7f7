/** What validators lock: their weights. */
import { bytes, struct, u16, u64, vec } from '../scale/index.ts'

const weights = { uids: vec(u16), values: vec(u16), version_key: u64 }

/** Weights of a hotkey (32 bytes). Naming it stops another validator from sending the same ciphertext as its own. */
export const weightsPayload = struct('', { hotkey: bytes, ...weights })

/** Weights as clients locked them before hotkeys were named. */
export const legacyWeightsPayload = struct('', weights)
