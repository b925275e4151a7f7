/**
 * The state trie: Substrate's base-16 Merkle-Patricia trie over blake2b-256, state versions 0 and 1.
 *
 * `trieRoot` hashes a whole state, a `StateTrie` follows a state from block to block and proves values, `verifyProof`
 * reads such proofs. Everything is synchronous.
 */
export { EMPTY_ROOT, orderedTrieRoot, trieRoot } from './build.ts'
export type { StateVersion } from './codec.ts'
export { verifyProof } from './proof.ts'
export { StateTrie, type TrieDraft } from './stateTrie.ts'
export type { FlatState, KeyChanges } from './update.ts'
