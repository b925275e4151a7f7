/** Wallet files, interchangeable with those of bittensor-wallet. */
export {
  decryptKeyfile,
  type EncryptionMethod,
  encryptionMethodOf,
  encryptKeyfile,
} from './encryption.ts'
export {
  type KeyfileContent,
  type KeyMaterial,
  materialFromMnemonic,
  materialFromPrivateKey,
  materialFromSeed,
  materialFromSuri,
  parseKeyfile,
  serializeKeyfile,
  serializePublicKeyfile,
} from './keyfile.ts'
export { type Environment, encodePassword, passwordFromEnvironment, passwordVariable } from './password.ts'
export { importPolkadotJson } from './polkadot-json.ts'
export {
  listWallets,
  type PasswordSource,
  readColdkey,
  readColdkeyAccount,
  readHotkey,
  readHotkeyAccount,
  readKeyfile,
  type UnlockOptions,
  type Wallet,
  type WalletListing,
  type WalletOptions,
  type WriteOptions,
  walletAt,
  writeColdkey,
  writeColdkeyAccount,
  writeHotkey,
} from './wallet.ts'
