/**
 * Encryption of keyfiles.
 *
 * Written: `$NACL`, a 24-byte nonce and an XSalsa20-Poly1305 box, its key from Argon2i over the password. Read besides:
 * the two older formats, Ansible Vault and Fernet.
 */
import { createDecipheriv, createHmac, pbkdf2 as pbkdf2Callback, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { bytesToUtf8, concatBytes, hexToBytes, utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'

const pbkdf2 = promisify(pbkdf2Callback)

export type EncryptionMethod = 'nacl' | 'ansible' | 'fernet'

/** First bytes of a file in each format. */
const MARKS: Readonly<Record<EncryptionMethod, Uint8Array>> = {
  nacl: utf8ToBytes('$NACL'),
  ansible: utf8ToBytes('$ANSIBLE_VAULT'),
  fernet: utf8ToBytes('gAAAAA'),
}

/** How `data` is encrypted; undefined when it is not. */
export function encryptionMethodOf(data: Uint8Array): EncryptionMethod | undefined {
  const methods = Object.keys(MARKS) as EncryptionMethod[]
  return methods.find((method) => MARKS[method].every((byte, i) => data[i] === byte))
}

/** Thrown by the readers below for a box that does not open; the caller adds the file. */
function wrongPassword(): NeuriteError<'WrongPassword'> {
  return new NeuriteError('WrongPassword', 'The password does not open the keyfile.', {
    details: ['Check the password; if it is right, the file was damaged.'],
  })
}

function corrupt(what: string): NeuriteError<'CorruptKeyfile'> {
  return new NeuriteError('CorruptKeyfile', `The encrypted keyfile is corrupt: ${what}.`, {
    details: ['Restore it from a backup or regenerate the key from its recovery phrase.'],
  })
}

// bittensor-wallet 4.0.1: one salt for all files; the cost is libsodium's SENSITIVE preset.
const NACL_SALT = hexToBytes('137183dff15a09bc9c90b5518739e9b1')
const ARGON2_PASSES = 8
const ARGON2_KIBIBYTES = 512 * 1024
const NACL_NONCE_BYTES = 24
const NACL_TAG_BYTES = 16

/** 32-byte Argon2i (version 1.3) key of `password`. Takes 2 to 4 s and 512 MiB. */
async function naclKey(password: string): Promise<Uint8Array> {
  const secret = utf8ToBytes(password)
  try {
    const { hashRaw } = await import('@node-rs/argon2')
    return await hashRaw(secret, {
      algorithm: 1, // Argon2i; the names of the enumeration do not exist at run time
      version: 1, // 0x13
      timeCost: ARGON2_PASSES,
      memoryCost: ARGON2_KIBIBYTES,
      parallelism: 1,
      outputLen: 32,
      salt: NACL_SALT,
    })
  } catch {
    return await naclKeyPortable(password)
  }
}

/** The same key as {@link naclKey} by WebAssembly, for platforms without the native module; twice as slow. */
export async function naclKeyPortable(password: string): Promise<Uint8Array> {
  const { default: sodium } = await import('libsodium-wrappers-sumo')
  await sodium.ready
  return sodium.crypto_pwhash(
    32,
    utf8ToBytes(password),
    NACL_SALT,
    ARGON2_PASSES,
    ARGON2_KIBIBYTES * 1024,
    sodium.crypto_pwhash_ALG_ARGON2I13,
  )
}

/** `plain` encrypted with `password` as bittensor-wallet does. */
export async function encryptKeyfile(plain: Uint8Array, password: string): Promise<Uint8Array> {
  if (password === '') {
    throw new NeuriteError('EmptyPassword', 'A keyfile cannot be encrypted with an empty password.', {
      details: ['Give a password, or write the file without encryption.'],
    })
  }
  const nonce = new Uint8Array(randomBytes(NACL_NONCE_BYTES))
  const box = xsalsa20poly1305(await naclKey(password), nonce).encrypt(plain)
  return concatBytes(MARKS.nacl, nonce, box)
}

async function decryptNacl(data: Uint8Array, password: string): Promise<Uint8Array> {
  const nonceAt = MARKS.nacl.length
  const boxAt = nonceAt + NACL_NONCE_BYTES
  if (data.length < boxAt + NACL_TAG_BYTES) throw corrupt(`it has only ${data.length} bytes`)
  const key = await naclKey(password)
  try {
    return xsalsa20poly1305(key, data.slice(nonceAt, boxAt)).decrypt(data.slice(boxAt))
  } catch {
    throw wrongPassword()
  }
}

function hexText(text: string, what: string): Uint8Array {
  try {
    return hexToBytes(text)
  } catch {
    throw corrupt(`${what} is not hexadecimal`)
  }
}

/** Ansible Vault 1.1: hexadecimal of three lines of hexadecimal (salt, HMAC, AES-256-CTR cipher text). */
async function decryptAnsible(data: Uint8Array, password: string): Promise<Uint8Array> {
  const [header = '', ...lines] = bytesToUtf8(data).split('\n')
  if (!/^\$ANSIBLE_VAULT;1\.[12];AES256/.test(header)) throw corrupt('the vault format is unknown')
  const inner = bytesToUtf8(hexText(lines.join('').replace(/\s/g, ''), 'the vault')).split('\n')
  const [salt, mac, cipherText] = inner.map((part) => hexText(part.trim(), 'the vault'))
  if (salt === undefined || mac === undefined || cipherText === undefined) throw corrupt('the vault lacks a part')
  const keys = await pbkdf2(password, salt, 10_000, 80, 'sha256')
  const expected = createHmac('sha256', keys.subarray(32, 64)).update(cipherText).digest()
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw wrongPassword()
  const cipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80))
  const padded = Buffer.concat([cipher.update(cipherText), cipher.final()])
  const padding = padded.at(-1) ?? 0
  if (padding < 1 || padding > 16 || padding > padded.length) throw corrupt('the vault is padded wrongly')
  return new Uint8Array(padded.subarray(0, padded.length - padding))
}

/** Salt of the Fernet format in the first Python wallets, where it never varied. */
const FERNET_SALT = 'Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins'
const FERNET_ROUNDS = 10_000_000

/** Fernet: version, time, 16-byte IV, AES-128-CBC cipher text, 32-byte HMAC; all of it base64url. */
async function decryptFernet(data: Uint8Array, password: string): Promise<Uint8Array> {
  const token = Buffer.from(bytesToUtf8(data).trim(), 'base64url')
  if (token.length < 1 + 8 + 16 + 16 + 32 || token[0] !== 0x80) throw corrupt('the Fernet token is malformed')
  const key = await pbkdf2(password, FERNET_SALT, FERNET_ROUNDS, 32, 'sha256')
  const signed = token.subarray(0, -32)
  const expected = createHmac('sha256', key.subarray(0, 16)).update(signed).digest()
  if (!timingSafeEqual(token.subarray(-32), expected)) throw wrongPassword()
  const cipher = createDecipheriv('aes-128-cbc', key.subarray(16), signed.subarray(9, 25))
  try {
    return new Uint8Array(Buffer.concat([cipher.update(signed.subarray(25)), cipher.final()]))
  } catch {
    throw corrupt('the Fernet token is padded wrongly')
  }
}

const DECRYPTERS: Readonly<Record<EncryptionMethod, (data: Uint8Array, password: string) => Promise<Uint8Array>>> = {
  nacl: decryptNacl,
  ansible: decryptAnsible,
  fernet: decryptFernet,
}

/**
 * Plain bytes of the encrypted `data`.
 * @throws NeuriteError `WrongPassword`, `CorruptKeyfile`
 */
export async function decryptKeyfile(data: Uint8Array, password: string): Promise<Uint8Array> {
  const method = encryptionMethodOf(data)
  if (method === undefined) throw corrupt('its encryption is unknown')
  return await DECRYPTERS[method](data, password)
}
