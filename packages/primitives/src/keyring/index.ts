/** Keys from phrases, seeds and secret URIs, and the keypairs that sign with them. */
export {
  DEV_ACCOUNT_NAMES,
  type DevAccountName,
  devKeypair,
  type Keypair,
  keypairFromSecret,
  keypairFromSeed,
  keypairFromSuri,
} from './keypair.ts'
export { generateMnemonic, isMnemonic, mnemonicToSeed, type WordCount } from './mnemonic.ts'
export { deriveSecret, type Secret, secretFromSeed, secretFromSuri } from './secret.ts'
export { DEV_PHRASE, type Junction, type ParsedSuri, parseSuri, seedOfPhrase } from './suri.ts'
