/** Weights of the system calls, from the reference's benchmarks. */
import { type Weight, weight } from '../../frame/index.ts'

export const weights = {
  remark: (size: number): Weight => weight(2_119_000n + 390n * BigInt(size)),
  remarkWithEvent: (size: number): Weight => weight(8_097_000n + 1_455n * BigInt(size)),
  setHeapPages: weight(4_782_000n, { reads: 1, writes: 2, proofSize: 1485n }),
  setCode: weight(87_586_619_000n, { reads: 1, writes: 2, proofSize: 1485n }),
  setStorage: (items: number): Weight => weight(2_175_000n + 841_511n * BigInt(items), { writes: items }),
  killStorage: (keys: number): Weight => weight(2_255_000n + 662_473n * BigInt(keys), { writes: keys }),
  killPrefix: (keys: number): Weight =>
    weight(4_270_000n + 1_389_650n * BigInt(keys), { reads: keys, writes: keys, proofSize: 128n + 70n * BigInt(keys) }),
  authorizeUpgrade: weight(33_027_000n, { writes: 1 }),
  applyAuthorizedUpgrade: weight(118_101_992_000n, { reads: 2, writes: 3, proofSize: 1518n }),
}
