import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex, hexToBytes, utf8ToBytes } from '../bytes/index.ts'
import { SIGNATURE_SCHEMES, type SignatureScheme, verify } from '../crypto/index.ts'
import {
  DEV_ACCOUNT_NAMES,
  DEV_PHRASE,
  devKeypair,
  generateMnemonic,
  isMnemonic,
  keypairFromSeed,
  keypairFromSuri,
  mnemonicToSeed,
  secretFromSuri,
  seedOfPhrase,
} from './index.ts'

/** Public keys that Substrate's own key tools derive. */
const SR25519: readonly (readonly [suri: string, publicKey: string])[] = [
  ['', '46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a'],
  ['//Alice', 'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'],
  ['//Alice//stash', 'be5ddb1579b72e84524fc29e78609e3caf42e85aa118ebfe0b0ad404b5bdd25f'],
  ['//Alice/soft', '02cfd83074aefc9955af4034d19b3780d47a52e158ababec8ec012b2295f1c5b'],
  ['//Alice///pw', '12d0a764fee8ee7a262c3294818ae4c0429832cdf4a899f9d1f2adb0c29aca39'],
  ['//Alicé', 'a664b301f85a14c8ed41f1a75693dc026ae0778c485ec89b3f9f9be2d5c10d5d'],
  ['//0', '2afba9278e30ccf6a6ceb3a8b6e336b70068f045c666f2e7f4f9cc5f47db8972'],
  ['//5', '60c57f0008067cc01c5ff9eb2e2f9b3a94299a915a91198bd1021a6c55596f57'],
  ['//+5', '60c57f0008067cc01c5ff9eb2e2f9b3a94299a915a91198bd1021a6c55596f57'],
  ['//007', 'ba8e2c7594dd74730f3ca835e95455d199261897edc9735d602ea29615e2b10b'],
  ['//18446744073709551616', '7a3a2cd9e94ed6f8956cbd929b84d4cf6267b2c8a371a4ba8737ff4ac5252f0c'],
  ['/1', '328b984202c3c1c834b9c5973a0e8955c4f60c6e3c100503c77d4ad3b9328639'],
  ['///pw', 'f059637e84952f13fb7cdc6a646b09692f9bc23cc17eea2055b62ecc478f0e13'],
  [`${DEV_PHRASE}///Substrate`, 'd00df213aac1df9da4bb4c9282a896b675feb118414ffbe4a61dda233c35e53f'],
  [
    `${DEV_PHRASE}//Foo//very/long-junction-name-exceeding-thirty-two-bytes-in-total///secret`,
    '4a47242112e631668298650d6fb19bb51592e641dc04d0550cd744738540f42c',
  ],
  [
    '0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e//Alice',
    'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
  ],
  [`0x${'11'.repeat(32)}`, '50780547322a1ceba67ea8c552c9bc6c686f8698ac9a8cafab7cd15a1db19859'],
]

const OTHER_SCHEMES: readonly (readonly [SignatureScheme, suri: string, publicKey: string])[] = [
  ['ed25519', '//Alice', '88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee'],
  ['ed25519', '//Bob//stash', '292684abbb28def63807c5f6e84e9e8689769eb37b1ab130d79dbfbf1b9a0d44'],
  ['ed25519', '///pw', '232e40fb55f2f77a66ae62c0522c37bbee84dbae0d7a172e47c1cfcad00535cc'],
  ['ecdsa', '//Alice', '01e552298e47454041ea31273b4b630c64c104e4514aa3643490b8aaca9cf8ed'],
  ['ecdsa', '//Bob//stash', '8140beed032fe6592e6b19e905ac3146465fcb2cc01de4abd0fed2c13a8ae3e2'],
  ['ecdsa', '///pw', '77f8e5c2b6936893b8969fff17882d3481f08e32850b5e21435bae2d6e53505f'],
]

describe('secret URIs', () => {
  test.each(SR25519)('sr25519 of "%s"', (suri, publicKey) => {
    expect(keypairFromSuri(suri).publicKey).toBe(`0x${publicKey}`)
  })

  test.each(OTHER_SCHEMES)('%s of "%s"', (scheme, suri, publicKey) => {
    expect(keypairFromSuri(suri, scheme).publicKey).toBe(`0x${publicKey}`)
  })

  test('the seed kept for the development phrase is the derived one', () => {
    expect(seedOfPhrase('')).toEqual(mnemonicToSeed(DEV_PHRASE))
  })

  test('malformed ones are refused without repeating them', () => {
    const phrase = DEV_PHRASE.replace('walk', 'wolf')
    expect(() => keypairFromSuri('/')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: The secret URI is malformed at character 2.
      Expected the name of a soft junction, as in \`phrase//hard/soft///password\`.]
    `)
    expect(() => keypairFromSuri('//Alice//')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: The secret URI is malformed at character 10.
      Expected the name of a hard junction, as in \`phrase//hard/soft///password\`.]
    `)
    expect(() => keypairFromSuri('al-ice')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: The secret URI is malformed at character 3.
      Expected a letter, a digit, a space or \`/\`, as in \`phrase//hard/soft///password\`.]
    `)
    expect(() => keypairFromSuri('0x1234')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: The hexadecimal seed is malformed.
      Expected \`0x\` and exactly 64 hexadecimal digits.]
    `)
    expect(() => keypairFromSuri('bottom drive')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: The recovery phrase has \`2\` words.
      Expected 12, 15, 18, 21 or 24 words.]
    `)
    expect(() => keypairFromSuri(`${phrase}x//a`)).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: Word 12 of the recovery phrase is not in the word list.
      Expected the lower-case English words of BIP 39.]
    `)
    expect(() => keypairFromSuri(phrase)).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: The checksum of the recovery phrase is wrong.
      All words exist, so two were probably swapped or one replaced by another.]
    `)
    expect(() => keypairFromSuri('//Alice/soft', 'ed25519')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: A soft junction (\`/\`) cannot be derived for \`ed25519\`.
      Use a hard junction (\`//\`) or the scheme sr25519.]
    `)
  })

  test('any text either parses or is refused with an error of ours', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (suri) => {
        try {
          secretFromSuri(suri)
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^Invalid(Suri|Mnemonic)$/)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('recovery phrases', () => {
  test.each([12, 15, 18, 21, 24] as const)('a new one of %i words is valid', (words) => {
    const phrase = generateMnemonic(words)
    expect(phrase.split(' ')).toHaveLength(words)
    expect(isMnemonic(phrase)).toBe(true)
    expect(generateMnemonic(words)).not.toBe(phrase)
  })

  // Vectors of the substrate-bip39 crate (entropy of zeros and of 0x7f, password "Substrate"); its first 32 bytes.
  test('substrate-bip39 vectors', () => {
    expect(bytesToHex(mnemonicToSeed(`${'abandon '.repeat(11)}about`, 'Substrate'))).toBe(
      '0x44e9d125f037ac1d51f0a7d3649689d422c2af8b1ec8e00d71db4d7bf6d127e3',
    )
    expect(
      bytesToHex(
        mnemonicToSeed('legal winner thank year wave sausage worth useful legal winner thank yellow', 'Substrate'),
      ),
    ).toBe('0x4313249608fe8ac10fd5886c92c4579007272cb77c21551ee5b8d60b78041685')
  })

  test('surplus blanks do not matter', () => {
    expect(mnemonicToSeed(`  ${DEV_PHRASE.replaceAll(' ', '   ')}\n`)).toEqual(mnemonicToSeed(DEV_PHRASE))
  })
})

describe('keypairs', () => {
  test.each(SIGNATURE_SCHEMES)('%s: what a keypair signs verifies under its public key', (scheme) => {
    const keypair = keypairFromSeed(new Uint8Array(32).fill(3), scheme)
    const message = utf8ToBytes('hello')
    expect(verify(scheme, keypair.sign(message), message, hexToBytes(keypair.publicKey))).toBe(true)
    expect(verify(scheme, keypair.sign(message), utf8ToBytes('other'), hexToBytes(keypair.publicKey))).toBe(false)
  })

  test('neither printing nor serialising shows the secret', () => {
    const keypair = devKeypair('Alice')
    const secret = bytesToHex(secretFromSuri('//Alice').secretKey).slice(2, 34)
    const seen = `${inspect(keypair, { depth: 9, showHidden: true })} ${JSON.stringify(keypair)}`
    expect(seen).toContain('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
    expect(seen).not.toContain(secret)
  })

  test('development accounts are made once and all differ', () => {
    const accounts = DEV_ACCOUNT_NAMES.map((name) => devKeypair(name).publicKey)
    expect(new Set(accounts).size).toBe(DEV_ACCOUNT_NAMES.length)
    expect(devKeypair('Bob')).toBe(devKeypair('Bob'))
  })
})
