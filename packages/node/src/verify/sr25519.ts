/**
 * The quick way to verify sr25519: schnorrkel 0.11.4, the version the reference chain runs, compiled to WebAssembly by
 * `@polkadot-labs/schnorrkel-wasm`. Twice the speed of the portable one.
 *
 * Its own wrapper is not used: malformed input makes the library trap, which leaks memory until every call fails. Here
 * malformed input is mostly kept away, and after a trap a fresh instance takes over. What it refuses is asked again of
 * the portable library, so its failures cost time but never a valid signature.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { sr25519Verify, type Verify } from '@neurite/primitives/crypto'
import { NeuriteError } from '@neurite/primitives/errors'

/** The part of the WebAssembly API used here; the compiler's own declaration comes only with those of the browser. */
interface WebAssemblyApi {
  Module: {
    new (bytes: Uint8Array): object
    imports(module: object): { module: string; name: string }[]
  }
  Instance: new (module: object, imports: Record<string, Record<string, () => never>>) => { exports: unknown }
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi }

interface Library {
  readonly memory: { readonly buffer: ArrayBuffer }
  sr25519_verify(
    publicKey: number,
    publicKeyLength: number,
    message: number,
    messageLength: number,
    signature: number,
    signatureLength: number,
  ): number
  __wbindgen_malloc(length: number, alignment: number): number
}

/** The compiled library; undefined where the optional package is absent. */
function load(): object | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('@polkadot-labs/schnorrkel-wasm')
    return new WebAssembly.Module(readFileSync(join(dirname(entry), 'schnorrkel_bg.wasm')))
  } catch {
    return undefined
  }
}

const compiled = load()

/** True when sr25519 is verified the quick way. */
export const hasQuickSr25519 = compiled !== undefined

function instantiate(module: object): Library {
  // Verification asks nothing of its host; only signing and panics would.
  const refuse = (): never => {
    throw new NeuriteError('SchnorrkelHost', 'The sr25519 library asked its host for something.')
  }
  const imports: Record<string, Record<string, () => never>> = {}
  for (const { module: space, name } of WebAssembly.Module.imports(module)) {
    imports[space] = { ...imports[space], [name]: refuse }
  }
  return new WebAssembly.Instance(module, imports).exports as Library
}

let library: Library | undefined

function quickVerify(module: object, signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  library ??= instantiate(module)
  const { memory, __wbindgen_malloc: allocate, sr25519_verify: verify } = library
  const place = (bytes: Uint8Array): number => {
    const pointer = allocate(bytes.length, 1) >>> 0
    new Uint8Array(memory.buffer).set(bytes, pointer)
    return pointer
  }
  try {
    // The library frees the three of them.
    const key = place(publicKey)
    const text = place(message)
    const signed = place(signature)
    return verify(key, publicKey.length, text, message.length, signed, signature.length) !== 0
  } catch {
    library = undefined
    return false
  }
}

/** Order of the group, least significant byte first. */
const ORDER = Uint8Array.from(Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex'))

/** True if the scalar in the second half (its marker bit aside) is below the order of the group. */
function isCanonical(signature: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const byte = i === 31 ? signature[63]! & 0x7f : signature[32 + i]!
    if (byte !== ORDER[i]!) return byte < ORDER[i]!
  }
  return false
}

/** Same results as `sr25519Verify` of the primitives. */
export const quickSr25519Verify: Verify = (signature, message, publicKey) => {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  // Without the marker bit, or with a scalar that is not reduced, no library accepts it and this one would trap.
  if ((signature[63]! & 0x80) === 0 || !isCanonical(signature)) return false
  if (compiled !== undefined && quickVerify(compiled, signature, message, publicKey)) return true
  return sr25519Verify(signature, message, publicKey)
}
