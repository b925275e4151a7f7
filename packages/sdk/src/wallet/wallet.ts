/**
 * Wallets in the layout of bittensor-wallet: `<path>/<name>/{coldkey, coldkeypub.txt, hotkeys/<hotkey>[pub.txt]}`.
 *
 * A coldkey owns funds and is encrypted; hotkeys sign day to day and usually are not.
 */
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { AccountId } from '@neurite/primitives/bytes'
import { bytesToHex } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { type Keypair, keypairFromSecret } from '@neurite/primitives/keyring'
import { decryptKeyfile, encryptionMethodOf, encryptKeyfile } from './encryption.ts'
import { fileExists, readKeyfileBytes, writeSecretFile } from './files.ts'
import {
  type KeyfileContent,
  type KeyMaterial,
  parseKeyfile,
  serializeKeyfile,
  serializePublicKeyfile,
} from './keyfile.ts'
import { type Environment, passwordFromEnvironment } from './password.ts'

export interface WalletOptions {
  /** @default BT_WALLET_NAME, else `default` */
  readonly name?: string
  /** @default BT_WALLET_HOTKEY, else `default` */
  readonly hotkey?: string
  /** Folder of all wallets. @default BT_WALLET_PATH, else `~/.bittensor/wallets` */
  readonly path?: string
  /** @default process.env */
  readonly env?: Environment
}

/** Where the files of a wallet are; they need not exist. */
export interface Wallet {
  readonly name: string
  readonly hotkeyName: string
  readonly path: string
  readonly files: {
    readonly coldkey: string
    readonly coldkeypub: string
    readonly hotkey: string
    readonly hotkeypub: string
  }
  readonly env: Environment
}

/** A password, or a way to ask for it that is used only when a file is encrypted. */
export type PasswordSource = string | (() => string | Promise<string>)

export interface UnlockOptions {
  /** @default the variable BT_PW_<file>, see `passwordVariable` */
  readonly password?: PasswordSource
}

export interface WriteOptions {
  /** Encrypt with this password. Without it the file is plain. */
  readonly password?: string
  /** @default false */
  readonly overwrite?: boolean
}

function assertName(name: string, title: string): string {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return name
  throw new NeuriteError('InvalidWalletName', `The ${title} \`${name.slice(0, 40)}\` cannot be a file name.`, {
    details: ['Expected a name without slashes.'],
  })
}

const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path

/** The wallet that `options` and the environment name. Touches no file. */
export function walletAt(options: WalletOptions = {}): Wallet {
  const env = options.env ?? process.env
  const name = assertName(options.name ?? (env['BT_WALLET_NAME'] || 'default'), 'wallet name')
  const hotkeyName = assertName(options.hotkey ?? (env['BT_WALLET_HOTKEY'] || 'default'), 'hotkey name')
  const path = resolve(expandHome(options.path ?? (env['BT_WALLET_PATH'] || '~/.bittensor/wallets')))
  const folder = join(path, name)
  return {
    name,
    hotkeyName,
    path,
    env,
    files: {
      coldkey: join(folder, 'coldkey'),
      coldkeypub: join(folder, 'coldkeypub.txt'),
      hotkey: join(folder, 'hotkeys', hotkeyName),
      hotkeypub: join(folder, 'hotkeys', `${hotkeyName}pub.txt`),
    },
  }
}

async function passwordFor(file: string, env: Environment, source: PasswordSource | undefined): Promise<string> {
  if (typeof source === 'string') return source
  const stored = passwordFromEnvironment(file, env)
  if (stored !== undefined) return stored
  if (source !== undefined) return await source()
  throw new NeuriteError('PasswordRequired', `The keyfile \`${file}\` is encrypted.`, {
    details: ['Give its password.'],
  })
}

/** Adds the file to an error about its content. */
function naming(file: string, error: unknown): unknown {
  if (!(error instanceof NeuriteError)) return error
  return new NeuriteError(error.code, `${error.shortMessage.replace(/\.$/, '')} (\`${file}\`).`, {
    details: error.details,
  })
}

/** Content of the keyfile `file`, decrypted if need be. */
export async function readKeyfile(
  file: string,
  env: Environment,
  options: UnlockOptions = {},
): Promise<KeyfileContent> {
  const data = await readKeyfileBytes(file)
  try {
    if (encryptionMethodOf(data) === undefined) return parseKeyfile(data)
    return parseKeyfile(await decryptKeyfile(data, await passwordFor(file, env, options.password)))
  } catch (error) {
    throw naming(file, error)
  }
}

async function readKeypair(file: string, env: Environment, options: UnlockOptions): Promise<Keypair> {
  const { material } = await readKeyfile(file, env, options)
  if (material !== undefined) return keypairFromSecret(material.secret)
  throw new NeuriteError('NoSecret', `The keyfile \`${file}\` holds no secret.`, {
    details: ['It can name the account but not sign.', 'Regenerate the key from its recovery phrase.'],
  })
}

/** Keypair of the wallet's coldkey. @throws NeuriteError `PasswordRequired`, `WrongPassword`, `KeyfileMissing`, ... */
export async function readColdkey(wallet: Wallet, options: UnlockOptions = {}): Promise<Keypair> {
  return await readKeypair(wallet.files.coldkey, wallet.env, options)
}

/** Keypair of the wallet's hotkey. */
export async function readHotkey(wallet: Wallet, options: UnlockOptions = {}): Promise<Keypair> {
  return await readKeypair(wallet.files.hotkey, wallet.env, options)
}

/** Account in the public file if there is one, else in the key itself when that is not encrypted. */
async function readAccount(publicFile: string, keyFile: string, env: Environment): Promise<AccountId> {
  const file = (await fileExists(publicFile)) || !(await fileExists(keyFile)) ? publicFile : keyFile
  return (await readKeyfile(file, env)).account
}

/** Account of the wallet's coldkey; needs no password when `coldkeypub.txt` exists. */
export async function readColdkeyAccount(wallet: Wallet): Promise<AccountId> {
  return await readAccount(wallet.files.coldkeypub, wallet.files.coldkey, wallet.env)
}

/** Account of the wallet's hotkey. */
export async function readHotkeyAccount(wallet: Wallet): Promise<AccountId> {
  return await readAccount(wallet.files.hotkeypub, wallet.files.hotkey, wallet.env)
}

async function writeKey(file: string, publicFile: string, material: KeyMaterial, options: WriteOptions): Promise<void> {
  const plain = serializeKeyfile(material)
  const data = options.password === undefined ? plain : await encryptKeyfile(plain, options.password)
  const account = bytesToHex(material.secret.publicKey)
  await writeSecretFile(file, data, options.overwrite ?? false)
  // The key exists now and its public file must follow it, whatever an earlier key left there.
  await writeSecretFile(publicFile, serializePublicKeyfile(account), true)
}

/** Writes `coldkey` and `coldkeypub.txt`. @throws NeuriteError `KeyfileExists` unless `overwrite` */
export async function writeColdkey(wallet: Wallet, material: KeyMaterial, options: WriteOptions = {}): Promise<void> {
  await writeKey(wallet.files.coldkey, wallet.files.coldkeypub, material, options)
}

/** Writes the hotkey and its public file. @throws NeuriteError `KeyfileExists` unless `overwrite` */
export async function writeHotkey(wallet: Wallet, material: KeyMaterial, options: WriteOptions = {}): Promise<void> {
  await writeKey(wallet.files.hotkey, wallet.files.hotkeypub, material, options)
}

/** Writes `coldkeypub.txt` alone, for a wallet that only watches. */
export async function writeColdkeyAccount(
  wallet: Wallet,
  account: AccountId,
  options: Pick<WriteOptions, 'overwrite'> = {},
): Promise<void> {
  await writeSecretFile(wallet.files.coldkeypub, serializePublicKeyfile(account), options.overwrite ?? false)
}

/** What is on disk of one wallet. */
export interface WalletListing {
  readonly name: string
  /** Undefined without a readable `coldkeypub.txt`. */
  readonly coldkey?: AccountId
  readonly hotkeys: readonly { readonly name: string; readonly account?: AccountId }[]
}

async function namesIn(folder: string, kind: 'folder' | 'file'): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const wanted = entries.filter((entry) => (kind === 'folder' ? entry.isDirectory() : entry.isFile()))
  return wanted
    .map((entry) => entry.name)
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => (a < b ? -1 : 1))
}

/** The wallets below `options.path`, by name. Damaged files leave their account out. */
export async function listWallets(options: Pick<WalletOptions, 'path' | 'env'> = {}): Promise<WalletListing[]> {
  const { path, env } = walletAt({ ...options, name: 'default', hotkey: 'default' })
  const listings: WalletListing[] = []
  for (const name of await namesIn(path, 'folder')) {
    const coldkey = await readColdkeyAccount(walletAt({ path, env, name, hotkey: 'default' })).catch(() => undefined)
    const files = await namesIn(join(path, name, 'hotkeys'), 'file')
    const hotkeys: { name: string; account?: AccountId }[] = []
    for (const hotkey of files) {
      if (hotkey.endsWith('pub.txt') && files.includes(hotkey.slice(0, -'pub.txt'.length))) continue
      const account = await readHotkeyAccount(walletAt({ path, env, name, hotkey })).catch(() => undefined)
      hotkeys.push({ name: hotkey, ...(account && { account }) })
    }
    listings.push({ name, ...(coldkey && { coldkey }), hotkeys })
  }
  return listings
}
