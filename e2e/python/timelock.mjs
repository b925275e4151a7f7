#!/usr/bin/env node
// Locks messages for the beacon that consensus_checks.py names: the PyPI client knows only the public beacon's key.
// One request a line, one ciphertext in hexadecimal a line, until the input ends:
//   {"beacon": "0x…", "round": 7, "weights": {"hotkey": "0x…", "uids": [1], "values": [65535], "version": 0}}
//   {"beacon": "0x…", "round": 7, "text": "…"}
import { createInterface } from 'node:readline'
import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { bytes, encode } from '@neurite/primitives/scale'
import { ENTROPY_LENGTH, encrypt, weightsPayload } from '@neurite/primitives/timelock'

for await (const line of createInterface({ input: process.stdin })) {
  const { beacon, round, weights, text } = JSON.parse(line)
  const message = weights
    ? encode(weightsPayload, {
        hotkey: hexToBytes(weights.hotkey),
        uids: weights.uids,
        values: weights.values,
        version_key: BigInt(weights.version),
      })
    : encode(bytes, new TextEncoder().encode(text))
  const entropy = crypto.getRandomValues(new Uint8Array(ENTROPY_LENGTH))
  console.log(bytesToHex(encrypt(message, BigInt(round), hexToBytes(beacon), entropy)))
}
