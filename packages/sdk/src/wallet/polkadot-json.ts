/** Keys exported by polkadot-js and browser wallets: JSON, version 3, scrypt and XSalsa20-Poly1305. */
import { scrypt as scryptCallback } from 'node:crypto'
import { bytesEqual, bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { sr25519PublicKey, sr25519SecretToCanonical } from '@neurite/primitives/crypto'
import { NeuriteError } from '@neurite/primitives/errors'
import { decodeAddressAnyPrefix } from '@neurite/primitives/ss58'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { z } from 'zod'
import { type KeyMaterial, materialFromPrivateKey } from './keyfile.ts'

const exported = z.object({
  address: z.string(),
  encoded: z.string().max(10_000),
  encoding: z.object({ content: z.array(z.string()), type: z.array(z.string()), version: z.literal('3') }),
})

/** Scrypt costs [N, p, r] that exporters use. Others are refused: the file could ask for any amount of memory. */
const SCRYPT_COSTS: readonly (readonly [n: number, p: number, r: number])[] = [
  [1 << 13, 10, 8],
  [1 << 14, 5, 8],
  [1 << 15, 3, 8],
  [1 << 15, 1, 8],
  [1 << 16, 2, 8],
  [1 << 17, 1, 8],
]

/** What surrounds the keys in the decrypted PKCS #8 structure. */
const PKCS8_HEADER = hexToBytes('3053020101300506032b657004220420')
const PKCS8_DIVIDER = hexToBytes('a123032100')

function invalid(what: string): NeuriteError<'InvalidExport'> {
  return new NeuriteError('InvalidExport', `The exported key cannot be read: ${what}.`, {
    details: ['Expected the JSON of a polkadot-js account, version 3, sr25519.'],
  })
}

function scrypt(password: string, salt: Uint8Array, [N, p, r]: readonly [number, number, number]): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scryptCallback(password, salt, 64, { N, p, r, maxmem: 256 * 1024 * 1024 }, (error, key) => {
      if (error) reject(error)
      else resolve(new Uint8Array(key))
    })
  })
}

async function decrypt(encoded: Uint8Array, password: string): Promise<Uint8Array> {
  if (encoded.length < 32 + 12 + 24 + 16) throw invalid('it is too short')
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const [n, p, r] = [view.getUint32(32, true), view.getUint32(36, true), view.getUint32(40, true)]
  const cost = SCRYPT_COSTS.find((known) => known[0] === n && known[1] === p && known[2] === r)
  if (cost === undefined) throw invalid(`its scrypt cost N=${n} p=${p} r=${r} is unknown`)
  const key = await scrypt(password, encoded.slice(0, 32), cost)
  try {
    return xsalsa20poly1305(key.slice(0, 32), encoded.slice(44, 68)).decrypt(encoded.slice(68))
  } catch {
    throw new NeuriteError('WrongPassword', 'The password does not open the exported key.')
  }
}

/**
 * Key of the exported JSON `text`.
 * @throws NeuriteError `InvalidExport`, `WrongPassword`
 */
export async function importPolkadotJson(text: string, password: string): Promise<KeyMaterial> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw invalid('it is not JSON')
  }
  const parsed = exported.safeParse(json)
  if (!parsed.success) throw invalid('it lacks `encoded`, `encoding` (version 3) or `address`')
  const { address, encoded, encoding } = parsed.data
  if (encoding.content.join() !== 'pkcs8,sr25519') throw invalid(`it holds \`${encoding.content.join()}\``)
  if (encoding.type.join() !== 'scrypt,xsalsa20-poly1305') throw invalid('its encryption is unknown')

  const bytes = encoded.startsWith('0x') ? hexToBytes(encoded) : new Uint8Array(Buffer.from(encoded, 'base64'))
  const plain = await decrypt(bytes, password)
  const secretAt = PKCS8_HEADER.length
  const dividerAt = secretAt + 64
  const publicAt = dividerAt + PKCS8_DIVIDER.length
  if (
    plain.length !== publicAt + 32 ||
    !bytesEqual(plain.subarray(0, secretAt), PKCS8_HEADER) ||
    !bytesEqual(plain.subarray(dividerAt, publicAt), PKCS8_DIVIDER)
  ) {
    throw invalid('its inner structure is unknown')
  }
  const secretKey = plain.slice(secretAt, dividerAt)
  const publicKey = plain.slice(publicAt)
  const named = decodeAddressAnyPrefix(address).account
  if (!bytesEqual(sr25519PublicKey(secretKey), publicKey) || bytesToHex(publicKey) !== named) {
    throw invalid('its secret is not that of the account it names')
  }
  return materialFromPrivateKey(sr25519SecretToCanonical(secretKey))
}
