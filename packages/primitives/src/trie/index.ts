/**
 * The state trie: Substrate's base-16 Merkle-Patricia trie over blake2b-256, state versions 0 and 1.
 *
 * `trieRoot` hashes a whole state, `updateTrie` the changes of one block, `createProof` and `verifyProof` show single
 * values under a root. Everything is synchronous.
 */
export { EMPTY_ROOT, orderedTrieRoot, trieRoot } from './build.ts'
export type { BranchRecord, StateVersion } from './codec.ts'
export type { TriePath } from './nibbles.ts'
export { createProof, verifyProof } from './proof.ts'
export { type TrieChanges, type TrieSource, type TrieUpdate, updateTrie } from './update.ts'
