import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '../bytes/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { secretFromSuri } from '../keyring/index.ts'
import {
  ecdsaAccount,
  ecdsaRecover,
  ecdsaSign,
  ecdsaVerify,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  ethereumAddress,
  SIGNATURE_LENGTHS,
  SIGNATURE_SCHEMES,
  sr25519Derive,
  sr25519DerivePublic,
  sr25519PublicKey,
  sr25519SecretFromCanonical,
  sr25519SecretToCanonical,
  sr25519Sign,
  sr25519Verify,
  verify,
} from './index.ts'

const MESSAGE = Uint8Array.of(1, 2, 3)

/** Signatures of {@link MESSAGE} by `//Alice`, made with another implementation (polkadot-js). */
const FOREIGN = {
  sr25519:
    '0xcc91d7a834cfb0fccf2ee1ebcd9cf89834d0704588b850b648a6b62ba64c5c5f8389abf0ba26d1cde96d9e607715fa4199688ccb0ceb61d0f611c83771ab6689',
  ed25519:
    '0xbaa00f16f83afdcb66106d8bfbf5382be05a667ca8124e53f18a5fc70642a713859a0936f3f7415b57937c17daae6fb5c6d41b31309320c050641f20b64e8b0b',
  ecdsa:
    '0x254c52663c1ecf66424079c64d513219bff83ad308f456852012164769bbb3897b7881d5361ca9f484b6bb9677222bdc0c813339f77c5730837c39c87122d96900',
} as const

const ALICE = {
  sr25519: '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
  ed25519: '0x88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee',
  ecdsa: '0x01e552298e47454041ea31273b4b630c64c104e4514aa3643490b8aaca9cf8ed',
} as const

describe.each(SIGNATURE_SCHEMES)('%s', (scheme) => {
  const foreign = hexToBytes(FOREIGN[scheme])
  const alice = hexToBytes(ALICE[scheme])

  test('accepts a signature made elsewhere', () => {
    expect(verify(scheme, foreign, MESSAGE, alice)).toBe(true)
  })

  test('rejects another message, another signer and every flipped byte', () => {
    expect(verify(scheme, foreign, Uint8Array.of(1, 2), alice)).toBe(false)
    expect(verify(scheme, foreign, MESSAGE, new Uint8Array(32).fill(7))).toBe(false)
    for (let at = 0; at < foreign.length; at += 4) {
      const broken = foreign.slice()
      broken[at]! ^= 1
      expect(verify(scheme, broken, MESSAGE, alice)).toBe(false)
    }
  })

  test('is false, and never throws, on malformed input', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 70 }),
      fc.uint8Array({ minLength: SIGNATURE_LENGTHS[scheme], maxLength: SIGNATURE_LENGTHS[scheme] }),
      fc.constant(new Uint8Array(SIGNATURE_LENGTHS[scheme]).fill(255)),
    )
    const key = fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 33 }), fc.uint8Array({ maxLength: 40 }))
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 40 }), key, (signature, message, publicKey) => {
        expect(verify(scheme, signature, message, publicKey)).toBe(false)
      }),
      { numRuns: 200 },
    )
    expect(verify(scheme, foreign, MESSAGE, alice)).toBe(true)
  })
})

test('sr25519 accepts the identity key with a zero signature, as the chain does', () => {
  const signature = new Uint8Array(64)
  signature[63] = 0x80
  expect(sr25519Verify(signature, MESSAGE, new Uint8Array(32))).toBe(true)
  signature[63] = 0
  expect(sr25519Verify(signature, MESSAGE, new Uint8Array(32))).toBe(false)
})

test('sr25519 refuses a signature without the marker bit', () => {
  const unmarked = hexToBytes(FOREIGN.sr25519)
  unmarked[63]! &= 0x7f
  expect(sr25519Verify(unmarked, MESSAGE, hexToBytes(ALICE.sr25519))).toBe(false)
})

test('sr25519 keeps working after ten thousand malformed signatures', () => {
  const junk = new Uint8Array(64).fill(0xff)
  for (let i = 0; i < 10_000; i++) sr25519Verify(junk, MESSAGE, junk.subarray(0, 32))
  expect(sr25519Verify(hexToBytes(FOREIGN.sr25519), MESSAGE, hexToBytes(ALICE.sr25519))).toBe(true)
})

test('sr25519 signatures differ from call to call and all verify', () => {
  const alice = secretFromSuri('//Alice')
  const first = sr25519Sign(alice, MESSAGE)
  const second = sr25519Sign(alice, MESSAGE)
  expect(first).not.toEqual(second)
  for (const signature of [first, second]) expect(sr25519Verify(signature, MESSAGE, alice.publicKey)).toBe(true)
})

test('a soft child has the same public key whether derived with or without the secret', () => {
  const alice = secretFromSuri('//Alice')
  const chainCode = blake2_256(utf8ToBytes('child'))
  expect(sr25519Derive(alice, chainCode, 'soft').publicKey).toEqual(sr25519DerivePublic(alice.publicKey, chainCode))
})

test('the secret key converts to the layout of Rust wallets and back', () => {
  const { secretKey, publicKey } = secretFromSuri('//Alice')
  expect(bytesToHex(secretKey)).toBe(
    '0x98319d4ff8a9508c4bb0cf0b5a78d760a0b2082c02775e6e82370816fedfff48925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011',
  )
  const canonical = sr25519SecretToCanonical(secretKey)
  expect(bytesToHex(canonical)).toBe(
    '0x33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011',
  )
  expect(sr25519SecretFromCanonical(canonical)).toEqual(secretKey)
  expect(sr25519PublicKey(secretKey)).toEqual(publicKey)
})

describe('ed25519', () => {
  test('RFC 8032 section 7.1, test 2', () => {
    const seed = hexToBytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
    expect(bytesToHex(ed25519PublicKey(seed))).toBe(
      '0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    )
    expect(bytesToHex(ed25519Sign(seed, Uint8Array.of(0x72)))).toBe(
      '0x92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })

  test('accepts all 196 pairs of small-order points with s = 0 (ZIP 215)', () => {
    // The eight points of small order in their canonical encodings, then six encodings only ZIP 215 admits.
    const encodings = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      '0000000000000000000000000000000000000000000000000000000000000080',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      '0000000000000000000000000000000000000000000000000000000000000000',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
      '0100000000000000000000000000000000000000000000000000000000000080',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    ].map((hex) => hexToBytes(hex))
    const zero = new Uint8Array(32)
    const accepted = encodings.flatMap((key) =>
      encodings.filter((r) => ed25519Verify(concatBytes(r, zero), utf8ToBytes('Zcash'), key)),
    )
    expect(accepted).toHaveLength(196)
  })

  test('refuses s that is not reduced', () => {
    const order = hexToBytes('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')
    const identity = hexToBytes('0100000000000000000000000000000000000000000000000000000000000000')
    expect(ed25519Verify(concatBytes(identity, order), MESSAGE, identity)).toBe(false)
  })
})

describe('ecdsa', () => {
  const alice = secretFromSuri('//Alice', 'ecdsa')

  test('signs deterministically, byte for byte as elsewhere', () => {
    expect(bytesToHex(ecdsaSign(alice.secretKey, MESSAGE))).toBe(FOREIGN.ecdsa)
  })

  test('recovers the compressed key, with the recovery id written either way', () => {
    const signature = hexToBytes(FOREIGN.ecdsa)
    expect(ecdsaRecover(signature, blake2_256(MESSAGE))).toEqual(alice.publicKey)
    signature[64]! += 27
    expect(ecdsaRecover(signature, blake2_256(MESSAGE))).toEqual(alice.publicKey)
    signature[64] = 4
    expect(ecdsaRecover(signature, blake2_256(MESSAGE))).toBeUndefined()
  })

  test('accepts the upper half of s, as the runtime does', () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const signature = hexToBytes(FOREIGN.ecdsa)
    const s = BigInt(bytesToHex(signature.subarray(32, 64)))
    signature.set(hexToBytes((order - s).toString(16).padStart(64, '0')), 32)
    signature[64]! ^= 1
    expect(ecdsaVerify(signature, MESSAGE, ecdsaAccount(alice.publicKey))).toBe(true)
    expect(ecdsaVerify(signature, MESSAGE, alice.publicKey)).toBe(true)
  })

  test('gives the Ethereum address of the first Hardhat and Anvil account', () => {
    const { publicKey } = secretFromSuri('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80', 'ecdsa')
    expect(bytesToHex(ethereumAddress(publicKey))).toBe('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266')
  })
})

test('an error about a secret names its length only', () => {
  expect(() => ed25519PublicKey(Uint8Array.of(1, 2, 3))).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: ed25519 seed has \`3\` bytes.
    Expected a Uint8Array of exactly 32.]
  `)
})
