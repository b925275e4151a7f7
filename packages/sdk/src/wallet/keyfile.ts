/**
 * The JSON inside a keyfile: `accountId`, `publicKey`, `privateKey`, `secretPhrase`, `secretSeed`, `ss58Address`, all
 * optional, bytes as `0x` hex. Layout of bittensor-wallet 4.0.1; only sr25519 keys.
 */
import { type AccountId, bytesToHex, bytesToUtf8, hexToBytes, isHex, utf8ToBytes } from '@neurite/primitives/bytes'
import { sr25519PublicKey, sr25519SecretFromCanonical, sr25519SecretToCanonical } from '@neurite/primitives/crypto'
import { NeuriteError } from '@neurite/primitives/errors'
import { mnemonicToSeed, type Secret, secretFromSeed, secretFromSuri } from '@neurite/primitives/keyring'
import { decodeAddress, encodeAddress } from '@neurite/primitives/ss58'

/** A key with whatever can restore it. Prints its secrets: keep it out of logs. */
export interface KeyMaterial {
  readonly secret: Secret
  /** Recovery phrase that gives exactly this key. */
  readonly phrase?: string
  /** 32-byte seed that gives exactly this key. */
  readonly seed?: Uint8Array
}

/** What a keyfile holds: always an account, and the secret unless it is a public file. */
export interface KeyfileContent {
  readonly account: AccountId
  readonly address: string
  readonly material?: KeyMaterial
}

export function materialFromMnemonic(phrase: string): KeyMaterial {
  const words = phrase.trim().split(/\s+/).join(' ')
  const seed = mnemonicToSeed(words)
  return { secret: secretFromSeed(seed), phrase: words, seed }
}

export function materialFromSeed(seed: Uint8Array): KeyMaterial {
  return { secret: secretFromSeed(seed), seed }
}

export function materialFromSuri(suri: string): KeyMaterial {
  return { secret: secretFromSuri(suri) }
}

/** Key of a 64-byte sr25519 secret in the layout of Rust and Python wallets, which is also what keyfiles hold. */
export function materialFromPrivateKey(privateKey: Uint8Array): KeyMaterial {
  const secretKey = sr25519SecretFromCanonical(privateKey)
  return { secret: { scheme: 'sr25519', secretKey, publicKey: sr25519PublicKey(secretKey) } }
}

function corrupt(what: string): NeuriteError<'CorruptKeyfile'> {
  return new NeuriteError('CorruptKeyfile', `The keyfile is corrupt: ${what}.`, {
    details: ['Restore it from a backup or regenerate the key from its recovery phrase.'],
  })
}

/** Text of a keyfile with the secret. */
export function serializeKeyfile({ secret, phrase, seed }: KeyMaterial): Uint8Array {
  if (secret.scheme !== 'sr25519') {
    throw new NeuriteError('UnsupportedKeyType', `Keyfiles cannot hold \`${secret.scheme}\` keys.`, {
      details: ['Use an sr25519 key.'],
    })
  }
  const account = bytesToHex(secret.publicKey)
  const fields = {
    accountId: account,
    publicKey: account,
    privateKey: bytesToHex(sr25519SecretToCanonical(secret.secretKey)),
    ...(phrase === undefined ? {} : { secretPhrase: phrase }),
    ...(seed === undefined ? {} : { secretSeed: bytesToHex(seed) }),
    ss58Address: encodeAddress(account),
  }
  return utf8ToBytes(JSON.stringify(fields))
}

/** Text of a public keyfile (`coldkeypub.txt`). */
export function serializePublicKeyfile(account: AccountId): Uint8Array {
  return utf8ToBytes(JSON.stringify({ accountId: account, publicKey: account, ss58Address: encodeAddress(account) }))
}

type Fields = Readonly<Record<string, string>>

function parseFields(data: Uint8Array): Fields {
  let parsed: unknown
  try {
    parsed = JSON.parse(bytesToUtf8(data))
  } catch {
    // The cause is dropped on purpose: it quotes the text, which may be a secret.
    throw corrupt('it is not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw corrupt('it is not a JSON object')
  const entries = Object.entries(parsed).filter(([, value]) => typeof value === 'string' && value !== '')
  return Object.fromEntries(entries)
}

function hexField(fields: Fields, name: string, length: number): Uint8Array | undefined {
  const value = fields[name]
  if (value === undefined) return undefined
  const hex = value.startsWith('0x') ? value : `0x${value}`
  return isHex(hex) && hex.length === 2 + 2 * length ? hexToBytes(hex) : undefined
}

/** The account that the public fields state; they must agree with each other. */
function statedAccount(fields: Fields): AccountId | undefined {
  const stated = ['publicKey', 'accountId'].map((name) => {
    const bytes = hexField(fields, name, 32)
    if (bytes === undefined && fields[name] !== undefined) throw corrupt(`\`${name}\` is not 32 bytes of hex`)
    return bytes && bytesToHex(bytes)
  })
  const address = fields['ss58Address']
  if (address !== undefined) {
    try {
      stated.push(decodeAddress(address))
    } catch {
      throw corrupt('`ss58Address` is not an address with prefix 42')
    }
  }
  const accounts = new Set(stated.filter((account) => account !== undefined))
  if (accounts.size > 1) throw corrupt('`publicKey`, `accountId` and `ss58Address` are of different accounts')
  return [...accounts][0]
}

/**
 * The ways to restore the key, in the order of precedence of bittensor-wallet. Some of its versions write unprintable
 * text as `secretSeed`; such a field is passed over.
 */
function* candidates(fields: Fields): Generator<KeyMaterial> {
  const phrase = fields['secretPhrase']
  if (phrase !== undefined) yield materialFromMnemonic(phrase)
  const seed = hexField(fields, 'secretSeed', 32)
  if (seed !== undefined) yield materialFromSeed(seed)
  const privateKey = hexField(fields, 'privateKey', 64)
  if (privateKey !== undefined) {
    yield materialFromPrivateKey(privateKey)
    // The layout of browser wallets, where the scalar comes multiplied by the cofactor.
    yield materialFromPrivateKey(sr25519SecretToCanonical(privateKey))
  }
}

function firstMatching(fields: Fields, account: AccountId | undefined): KeyMaterial | undefined {
  let tried = 0
  for (const material of candidates(fields)) {
    tried++
    if (account === undefined || bytesToHex(material.secret.publicKey) === account) return material
  }
  if (tried > 0) throw corrupt('its secret is not that of the account it names')
  if (['secretPhrase', 'secretSeed', 'privateKey'].some((name) => name in fields))
    throw corrupt('its secret is malformed')
  return undefined
}

/**
 * Content of the plain keyfile `data`.
 * @throws NeuriteError `CorruptKeyfile`; the message never quotes the file.
 */
export function parseKeyfile(data: Uint8Array): KeyfileContent {
  const fields = parseFields(data)
  const stated = statedAccount(fields)
  let material: KeyMaterial | undefined
  try {
    material = firstMatching(fields, stated)
  } catch (error) {
    if (error instanceof NeuriteError && error.code === 'InvalidMnemonic')
      throw corrupt('its recovery phrase is invalid')
    throw error
  }
  const account = stated ?? (material && bytesToHex(material.secret.publicKey))
  if (account === undefined) throw corrupt('it names neither an account nor a secret')
  return { account, address: encodeAddress(account), ...(material && { material }) }
}
