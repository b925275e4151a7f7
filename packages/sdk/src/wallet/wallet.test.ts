import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, bytesToUtf8, hexToBytes, utf8ToBytes } from '@neurite/primitives/bytes'
import { verify } from '@neurite/primitives/crypto'
import { DEV_PHRASE, keypairFromSecret } from '@neurite/primitives/keyring'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { naclKeyPortable } from './encryption.ts'
import {
  decryptKeyfile,
  encodePassword,
  encryptionMethodOf,
  encryptKeyfile,
  importPolkadotJson,
  listWallets,
  materialFromMnemonic,
  materialFromSeed,
  materialFromSuri,
  parseKeyfile,
  passwordFromEnvironment,
  passwordVariable,
  readColdkey,
  readColdkeyAccount,
  readHotkey,
  readHotkeyAccount,
  serializeKeyfile,
  type Wallet,
  walletAt,
  writeColdkey,
  writeColdkeyAccount,
  writeHotkey,
} from './index.ts'

const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
const ALICE_ADDRESS = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const DEV = '0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a'
const PASSWORD = 'Correct-horse-1'

/** Files written by the Python wallet (the Fernet one by its retired format); all hold well-known development keys. */
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)))

let folder: string
let wallet: Wallet

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neurite-wallet-'))
  wallet = walletAt({ name: 'alice', hotkey: 'miner', path: folder, env: {} })
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Everything an error shows, to look for secrets in it. */
async function failureOf(run: () => unknown): Promise<{ code: string; text: string }> {
  try {
    await run()
  } catch (error) {
    const { code, message, stack, cause } = error as { code: string; message: string; stack: string; cause?: unknown }
    return { code, text: `${message} ${stack} ${cause instanceof Error ? cause.stack : String(cause)}` }
  }
  return { code: 'none', text: '' }
}

describe('files of the Python wallet', () => {
  test.each(['coldkey.nacl', 'coldkey.ansible', 'coldkey.fernet'])('%s opens with its password', async (name) => {
    const content = parseKeyfile(await decryptKeyfile(fixture(name), PASSWORD))
    expect(content.address).toBe(ALICE_ADDRESS)
    expect(bytesToHex(content.material!.secret.publicKey)).toBe(ALICE)
  })

  // The same of `coldkey.nacl` is part of a test below: each derivation of its key takes seconds.
  test.each(['coldkey.ansible', 'coldkey.fernet'])('%s refuses another password', async (name) => {
    expect((await failureOf(() => decryptKeyfile(fixture(name), 'Correct-horse-2'))).code).toBe('WrongPassword')
  })

  test('a plain key signs for its account', () => {
    const keypair = keypairFromSecret(parseKeyfile(fixture('coldkey.json')).material!.secret)
    const message = utf8ToBytes('hello')
    expect(keypair.publicKey).toBe(ALICE)
    expect(verify('sr25519', keypair.sign(message), message, hexToBytes(ALICE))).toBe(true)
  })

  test('a recovery phrase and its seed are kept', () => {
    const { account, material } = parseKeyfile(fixture('coldkey.mnemonic.json'))
    expect(account).toBe(DEV)
    expect(material?.phrase).toBe(DEV_PHRASE)
  })

  test('a public file has an account and no secret', () => {
    const content = parseKeyfile(fixture('coldkeypub.txt'))
    expect(content.address).toBe('5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty')
    expect(content.material).toBeUndefined()
  })

  test('a seed written as unprintable text is passed over for the private key', () => {
    const { account, material } = parseKeyfile(fixture('hotkey.quirk.json'))
    expect(account).toBe('0x50780547322a1ceba67ea8c552c9bc6c686f8698ac9a8cafab7cd15a1db19859')
    expect(bytesToHex(material!.secret.publicKey)).toBe(account)
  })

  test('the fields we write are those it wrote', () => {
    const theirs = JSON.parse(bytesToUtf8(fixture('coldkey.mnemonic.json')))
    expect(JSON.parse(bytesToUtf8(serializeKeyfile(materialFromMnemonic(DEV_PHRASE))))).toEqual(theirs)
  })
})

describe('encryption', () => {
  test('what is encrypted opens again', async () => {
    const plain = serializeKeyfile(materialFromSuri('//Bob'))
    const data = await encryptKeyfile(plain, 'pässwörd')
    expect(encryptionMethodOf(data)).toBe('nacl')
    expect(bytesToUtf8(data)).not.toContain('privateKey')
    expect(await decryptKeyfile(data, 'pässwörd')).toEqual(plain)
  })

  test('the portable key derivation gives the same key', async () => {
    const { xsalsa20poly1305 } = await import('@noble/ciphers/salsa.js')
    const data = fixture('coldkey.nacl')
    const plain = xsalsa20poly1305(await naclKeyPortable(PASSWORD), data.slice(5, 29)).decrypt(data.slice(29))
    expect(parseKeyfile(plain).account).toBe(ALICE)
  })

  test('truncated and mangled files are called corrupt or refused, never something else', async () => {
    for (const name of ['coldkey.ansible', 'coldkey.fernet']) {
      const whole = fixture(name)
      for (const length of [15, 30, 60]) {
        expect((await failureOf(() => decryptKeyfile(whole.slice(0, length), PASSWORD))).code).toBe('CorruptKeyfile')
      }
    }
    expect((await failureOf(() => decryptKeyfile(utf8ToBytes('$NACL'), PASSWORD))).code).toBe('CorruptKeyfile')
    expect((await failureOf(() => decryptKeyfile(utf8ToBytes('nothing'), PASSWORD))).code).toBe('CorruptKeyfile')
    expect((await failureOf(() => encryptKeyfile(new Uint8Array(1), ''))).code).toBe('EmptyPassword')
  })
})

describe('corrupt keyfiles', () => {
  const alice = JSON.parse(bytesToUtf8(fixture('coldkey.json'))) as Record<string, string>
  const phrase = JSON.parse(bytesToUtf8(fixture('coldkey.mnemonic.json'))) as Record<string, string>

  const cases: readonly (readonly [what: string, text: string])[] = [
    ['not JSON', `${JSON.stringify(alice)}x`],
    ['an array', '[]'],
    ['empty', '{}'],
    ['another account', JSON.stringify({ ...alice, publicKey: DEV, accountId: DEV, ss58Address: undefined })],
    ['accounts that differ', JSON.stringify({ ...alice, publicKey: DEV })],
    ['an address with a typo', JSON.stringify({ ...alice, ss58Address: `${ALICE_ADDRESS.slice(0, -1)}Z` })],
    ['a private key cut short', JSON.stringify({ ...alice, privateKey: alice['privateKey']?.slice(0, -4) })],
    [
      'a phrase with a typo',
      JSON.stringify({ ...phrase, secretPhrase: phrase['secretPhrase']?.replace('walk', 'wolf') }),
    ],
  ]

  test.each(cases)('%s: refused without quoting a secret', async (_what, text) => {
    const failure = await failureOf(() => parseKeyfile(utf8ToBytes(text)))
    expect(failure.code).toBe('CorruptKeyfile')
    expect(failure.text).not.toMatch(/33a6f3|bottom|drive|obey/)
  })

  test('any bytes are either a keyfile or corrupt', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.json().map(utf8ToBytes)), (data) => {
        expect(() => parseKeyfile(data)).toThrow(expect.objectContaining({ code: 'CorruptKeyfile' }))
      }),
      { numRuns: 100 },
    )
  })
})

describe('wallets on disk', () => {
  test('a coldkey and a hotkey are written and read back, for their owner only', async () => {
    await writeColdkey(wallet, materialFromMnemonic(DEV_PHRASE))
    await writeHotkey(wallet, materialFromSeed(new Uint8Array(32).fill(0x11)))
    expect((await readColdkey(wallet)).publicKey).toBe(DEV)
    expect((await readHotkey(wallet)).publicKey).toBe(
      '0x50780547322a1ceba67ea8c552c9bc6c686f8698ac9a8cafab7cd15a1db19859',
    )
    expect(await readColdkeyAccount(wallet)).toBe(DEV)
    for (const file of Object.values(wallet.files)) expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'alice')).sort()).toEqual(['coldkey', 'coldkeypub.txt', 'hotkeys'])
    expect(readdirSync(join(folder, 'alice', 'hotkeys')).sort()).toEqual(['miner', 'minerpub.txt'])
  })

  test('an existing key is never overwritten unasked', async () => {
    await writeColdkey(wallet, materialFromSuri('//Alice'))
    const failure = await failureOf(() => writeColdkey(wallet, materialFromSuri('//Bob')))
    expect(failure.code).toBe('KeyfileExists')
    expect((await readColdkey(wallet)).publicKey).toBe(ALICE)
    await writeColdkey(wallet, materialFromSuri('//Bob'), { overwrite: true })
    expect((await readColdkey(wallet)).publicKey).not.toBe(ALICE)
    expect(readdirSync(join(folder, 'alice')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('of two writers at once exactly one creates the key', async () => {
    const results = await Promise.allSettled([
      writeHotkey(wallet, materialFromSuri('//Alice')),
      writeHotkey(wallet, materialFromSuri('//Bob')),
    ])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await readHotkey(wallet)).publicKey).toBe(await readHotkeyAccount(wallet))
  })

  test('an encrypted coldkey opens with the password asked for or in the environment', async () => {
    await writeColdkeyAccount(wallet, ALICE)
    writeFileSync(wallet.files.coldkey, fixture('coldkey.nacl'))
    expect(await readColdkeyAccount(wallet)).toBe(ALICE)
    expect((await failureOf(() => readColdkey(wallet))).code).toBe('PasswordRequired')
    const env = { [passwordVariable(wallet.files.coldkey)]: encodePassword(PASSWORD, wallet.files.coldkey) }
    expect((await readColdkey(walletAt({ name: 'alice', path: folder, env }))).publicKey).toBe(ALICE)
    const wrong = await failureOf(() => readColdkey(wallet, { password: () => 'not-the-password' }))
    expect(wrong.code).toBe('WrongPassword')
    expect(wrong.text).toContain(wallet.files.coldkey)
    expect(wrong.text).not.toContain('not-the-password')
  })

  test('a wallet that only watches has an account but does not sign', async () => {
    await writeColdkeyAccount(wallet, ALICE)
    expect(await readColdkeyAccount(wallet)).toBe(ALICE)
    expect((await failureOf(() => readColdkey(wallet))).code).toBe('KeyfileMissing')
  })

  test('listing shows names and accounts, and survives damaged files', async () => {
    await writeColdkey(wallet, materialFromSuri('//Alice'))
    await writeHotkey(wallet, materialFromSuri('//Alice'))
    const other = walletAt({ name: 'broken', hotkey: 'h', path: folder, env: {} })
    await writeHotkey(other, materialFromSuri('//Bob'))
    writeFileSync(other.files.hotkeypub, 'x')
    expect(await listWallets({ path: folder })).toEqual([
      { name: 'alice', coldkey: ALICE, hotkeys: [{ name: 'miner', account: ALICE }] },
      { name: 'broken', hotkeys: [{ name: 'h' }] },
    ])
    expect(await listWallets({ path: join(folder, 'absent') })).toEqual([])
  })

  test('a file that is no keyfile at all is refused by size', async () => {
    await writeHotkey(wallet, materialFromSuri('//Alice'))
    chmodSync(wallet.files.hotkey, 0o600)
    writeFileSync(wallet.files.hotkey, new Uint8Array(100_000))
    expect((await failureOf(() => readHotkey(wallet))).code).toBe('CorruptKeyfile')
  })
})

describe('names and environment', () => {
  test('options win over the environment, which wins over the defaults', () => {
    const env = { BT_WALLET_NAME: 'n', BT_WALLET_HOTKEY: 'h', BT_WALLET_PATH: '/w' }
    expect(walletAt({ env }).files.hotkey).toBe('/w/n/hotkeys/h')
    expect(walletAt({ env, name: 'a', hotkey: 'b', path: '/x' }).files.hotkeypub).toBe('/x/a/hotkeys/bpub.txt')
    expect(walletAt({ env: {} }).files.coldkeypub).toMatch(/\/\.bittensor\/wallets\/default\/coldkeypub\.txt$/)
  })

  test('a name cannot lead out of the folder', () => {
    for (const name of ['../x', 'a/b', '..', '', 'a\0b']) {
      expect(() => walletAt({ name, path: folder, env: {} })).toThrow(
        expect.objectContaining({ code: 'InvalidWalletName' }),
      )
    }
    expect(existsSync(join(folder, '..', 'x'))).toBe(false)
  })

  // Values that bittensor-wallet 4.0.1 stored for these passwords and path.
  test.each([
    [PASSWORD, 'ATstIjI8K3klPy0kMXJw'],
    ['a', 'Iw=='],
    [
      'pässwörd-longer-than-the-name-of-the-variable-itself-really-yes',
      'Mpf7IyQonOI/NHI7OzEmKTtuMTciIWEwIyB0LDUyNXowOXk5ODp6Ij4zJSghKTpuJjg3Lik/byY6MTszJnk0NSw=',
    ],
  ])('password variable of "%s"', (password, value) => {
    const path = '/tmp/wt/Alice/coldkey'
    expect(passwordVariable(path)).toBe('BT_PW__TMP_WT_ALICE_COLDKEY')
    expect(encodePassword(password, path)).toBe(value)
    expect(passwordFromEnvironment(path, { BT_PW__TMP_WT_ALICE_COLDKEY: value })).toBe(password)
  })

  test('a variable that is not base64 is named, its value is not', async () => {
    const failure = await failureOf(() => passwordFromEnvironment('/a/b', { BT_PW__A_B: 'plain password!' }))
    expect(failure.code).toBe('InvalidPasswordVariable')
    expect(failure.text).toContain('BT_PW__A_B')
    expect(failure.text).not.toContain('plain password')
  })
})

describe('polkadot-js exports', () => {
  const text = bytesToUtf8(fixture('polkadot.json'))

  test('the key is imported', async () => {
    expect(bytesToHex((await importPolkadotJson(text, PASSWORD)).secret.publicKey)).toBe(ALICE)
  })

  test('a wrong password and foreign content are told apart', async () => {
    expect((await failureOf(() => importPolkadotJson(text, 'x'))).code).toBe('WrongPassword')
    const json = JSON.parse(text)
    const broken = [
      'x',
      '{}',
      JSON.stringify({ ...json, encoding: { ...json.encoding, content: ['pkcs8', 'ed25519'] } }),
      JSON.stringify({ ...json, encoding: { ...json.encoding, type: ['none'] } }),
      JSON.stringify({ ...json, encoded: 'AAAA' }),
      JSON.stringify({ ...json, address: '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty' }),
    ]
    for (const bad of broken)
      expect((await failureOf(() => importPolkadotJson(bad, PASSWORD))).code).toBe('InvalidExport')
  })
})
