import { type AccountId, bytesToHex } from '../bytes/index.ts'
import { ecdsaAccount, ecdsaSign, ed25519Sign, type SignatureScheme, sr25519Sign } from '../crypto/index.ts'
import { encodeAddress } from '../ss58/index.ts'
import { type Secret, secretFromSeed, secretFromSuri } from './secret.ts'

/** A key that signs. The secret is enclosed: printing or serialising a Keypair shows public facts only. */
export interface Keypair {
  readonly scheme: SignatureScheme
  /** The account: the public key itself, for ecdsa the hash of it. */
  readonly publicKey: AccountId
  /** SS58 address with prefix 42. */
  readonly address: string
  /** Signature of `message`: 64 bytes, ecdsa 65. */
  sign(message: Uint8Array): Uint8Array
}

const SIGNERS: Readonly<Record<SignatureScheme, (secret: Secret, message: Uint8Array) => Uint8Array>> = {
  ed25519: (secret, message) => ed25519Sign(secret.secretKey, message),
  sr25519: sr25519Sign,
  ecdsa: (secret, message) => ecdsaSign(secret.secretKey, message),
}

export function keypairFromSecret(secret: Secret): Keypair {
  const { scheme } = secret
  const account = bytesToHex(scheme === 'ecdsa' ? ecdsaAccount(secret.publicKey) : secret.publicKey)
  return {
    scheme,
    publicKey: account,
    address: encodeAddress(account),
    sign: (message) => SIGNERS[scheme](secret, message),
  }
}

/** Keypair of the secret URI `suri`: `//Alice`, a recovery phrase, a `0x` seed, each with an optional path. */
export function keypairFromSuri(suri: string, scheme: SignatureScheme = 'sr25519'): Keypair {
  return keypairFromSecret(secretFromSuri(suri, scheme))
}

/** Keypair of a 32-byte `seed`. */
export function keypairFromSeed(seed: Uint8Array, scheme: SignatureScheme = 'sr25519'): Keypair {
  return keypairFromSecret(secretFromSeed(seed, scheme))
}

/** Names of the development accounts, each with a `//stash` child. */
export const DEV_ACCOUNT_NAMES = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie', 'One', 'Two'] as const

export type DevAccountName = (typeof DEV_ACCOUNT_NAMES)[number]

const devKeypairs = new Map<string, Keypair>()

/** Keypair of the development account `//name`; made once. Its secret is public knowledge. */
export function devKeypair(name: DevAccountName): Keypair {
  let keypair = devKeypairs.get(name)
  if (keypair === undefined) {
    keypair = keypairFromSuri(`//${name}`)
    devKeypairs.set(name, keypair)
  }
  return keypair
}
