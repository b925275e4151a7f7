#!/usr/bin/env node
// Our side of the exchange of wallet files: ours.mjs write <folder>, or ours.mjs read <folder> (facts as JSON).
import { bytesToHex, utf8ToBytes } from '../../packages/primitives/dist/bytes/index.js'
import { encodeAddress } from '../../packages/primitives/dist/ss58/index.js'
import {
  encodePassword,
  materialFromMnemonic,
  materialFromSuri,
  readColdkey,
  readColdkeyAccount,
  readHotkey,
  walletAt,
  writeColdkey,
  writeHotkey,
} from '../../packages/sdk/dist/wallet/index.js'

const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const PASSWORD = 'Correct-horse-1'
const MESSAGE = utf8ToBytes('a message')

const [, , command, path] = process.argv
const plain = walletAt({ path, name: 'plain', hotkey: 'h' })
const locked = walletAt({ path, name: 'locked', hotkey: 'h' })

if (command === 'write') {
  for (const wallet of [plain, locked]) {
    await writeColdkey(wallet, materialFromMnemonic(PHRASE), wallet === locked ? { password: PASSWORD } : {})
    await writeHotkey(wallet, materialFromSuri('//Alice//hot'))
  }
  // For the variable that the Python wallet reads the password from.
  console.log(encodePassword(PASSWORD, locked.files.coldkey))
} else {
  const facts = {}
  for (const wallet of [plain, locked]) {
    const coldkey = await readColdkey(wallet, { password: PASSWORD })
    const hotkey = await readHotkey(wallet)
    facts[wallet.name] = {
      coldkey: coldkey.address,
      coldkeypub: encodeAddress(await readColdkeyAccount(wallet)),
      hotkey: hotkey.address,
      signature: bytesToHex(coldkey.sign(MESSAGE)),
    }
  }
  console.log(JSON.stringify(facts))
}
