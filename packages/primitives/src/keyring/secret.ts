import { concatBytes } from '../bytes/index.ts'
import {
  ecdsaPublicKey,
  ed25519PublicKey,
  type SignatureScheme,
  sr25519Derive,
  sr25519PairFromSeed,
} from '../crypto/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { encode, str } from '../scale/index.ts'
import { type Junction, parseSuri, seedOfPhrase } from './suri.ts'

/** Key material of one key. Handle with care: it prints when logged, unlike a Keypair. */
export interface Secret {
  readonly scheme: SignatureScheme
  /** sr25519: 64 bytes; ed25519 and ecdsa: the 32-byte seed. */
  readonly secretKey: Uint8Array
  /** 32 bytes; ecdsa: 33, compressed. */
  readonly publicKey: Uint8Array
}

/** Names under which the schemes hash a seed into the seed of a hard child. */
const HARD_DERIVATION_LABEL = { ed25519: 'Ed25519HDKD', ecdsa: 'Secp256k1HDKD' } as const

/** Key of a 32-byte `seed`. */
export function secretFromSeed(seed: Uint8Array, scheme: SignatureScheme = 'sr25519'): Secret {
  if (scheme === 'sr25519') return { scheme, ...sr25519PairFromSeed(seed) }
  const publicKey = scheme === 'ed25519' ? ed25519PublicKey(seed) : ecdsaPublicKey(seed)
  return { scheme, secretKey: seed.slice(), publicKey }
}

/** Child of `parent`. @throws NeuriteError `SoftDerivation` for a soft junction outside sr25519. */
export function deriveSecret(parent: Secret, { kind, chainCode }: Junction): Secret {
  if (parent.scheme === 'sr25519') return { scheme: 'sr25519', ...sr25519Derive(parent, chainCode, kind) }
  if (kind === 'soft') {
    throw new NeuriteError('SoftDerivation', `A soft junction (\`/\`) cannot be derived for \`${parent.scheme}\`.`, {
      details: ['Use a hard junction (`//`) or the scheme sr25519.'],
    })
  }
  const label = encode(str, HARD_DERIVATION_LABEL[parent.scheme])
  return secretFromSeed(blake2_256(concatBytes(label, parent.secretKey, chainCode)), parent.scheme)
}

/** Key that the secret URI `suri` stands for. */
export function secretFromSuri(suri: string, scheme: SignatureScheme = 'sr25519'): Secret {
  const { phrase, junctions, password } = parseSuri(suri)
  return junctions.reduce(deriveSecret, secretFromSeed(seedOfPhrase(phrase, password), scheme))
}
