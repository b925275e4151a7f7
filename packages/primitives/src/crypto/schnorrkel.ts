/**
 * The schnorrkel library (Rust, as WebAssembly) behind the sr25519 functions.
 *
 * Only the module's bytes are taken from `@polkadot/wasm-crypto-wasm`; its usual wrapper loads an asm.js twin and spends
 * 100 ms on it. This binding loads in a tenth of that, and starts a new instance should one ever trap, so that no input
 * can spoil later calls.
 */
import wasmFile from '@polkadot/wasm-crypto-wasm/cjs/bytes'
import { byteStringToBytes, concatBytes } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'

/** The part of the WebAssembly API used here; the compiler's own declaration comes only with those of the browser. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>
  Instance: new (module: object, imports: Record<string, Record<string, unknown>>) => { exports: Library }
}

interface Library {
  readonly memory: { readonly buffer: ArrayBuffer }
  __wbindgen_malloc(length: number): number
  __wbindgen_free(pointer: number, length: number): void
}

/** Names of the exported functions that return bytes, with the meaning of their arguments. */
type BytesFunction =
  | 'ext_sr_from_seed' // (seed) -> pair
  | 'ext_sr_derive_keypair_hard' // (pair, chain code) -> pair
  | 'ext_sr_derive_keypair_soft' // (pair, chain code) -> pair
  | 'ext_sr_derive_public_soft' // (public key, chain code) -> public key
  | 'ext_sr_sign' // (public key, secret key, message) -> signature

/** Address at which the library leaves the pointer and length of a result: scratch space below its stack. */
const RESULT = 8

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi }
const compiled = await WebAssembly.compile(await inflate(wasmFile.bytes))

/** Bytes of the deflated, base64 encoded `text`. Streams of their own: Blob and Response take 20 ms to load in Node. */
async function inflate(text: string): Promise<Uint8Array> {
  const packed = byteStringToBytes(atob(text))
  const stream = new DecompressionStream('deflate')
  const writer = stream.writable.getWriter()
  void writer.write(packed as Uint8Array<ArrayBuffer>)
  void writer.close()
  const parts: Uint8Array[] = []
  for await (const part of stream.readable) parts.push(part)
  return concatBytes(...parts)
}

/**
 * What the library asks of its host. It wants randomness for signing (blinding of the nonce) and finds it the way a
 * browser offers it: `self.crypto.getRandomValues`. Objects are passed as indices, of which one suffices here.
 */
function hostFunctions(memory: () => ArrayBuffer): Record<string, unknown> {
  const unexpected = () => {
    throw new NeuriteError('SchnorrkelHost', 'The sr25519 library asked its host for something unknown.')
  }
  return {
    __wbindgen_is_undefined: () => 0,
    __wbindgen_object_drop_ref: () => {},
    __wbg_self_1b7a39e3a92c949c: () => 1,
    __wbg_crypto_968f1772287e2df0: () => 1,
    __wbg_getRandomValues_a3d34b4fee3c2869: () => 1,
    __wbg_getRandomValues_f5e14ab7ac8e995d: (_object: number, pointer: number, length: number) => {
      crypto.getRandomValues(new Uint8Array(memory(), pointer, length))
    },
    __wbg_require_604837428532a733: unexpected,
    __wbg_randomFillSync_d5bd2d655fdf256a: unexpected,
  }
}

function instantiate(): Library {
  const instance = new WebAssembly.Instance(compiled, { wbg: hostFunctions(() => instance.exports.memory.buffer) })
  return instance.exports
}

let library = instantiate()
let memory = new Uint8Array(library.memory.buffer)

/** Runs one exported function on `inputs`; the library frees them itself. */
function run(name: string, before: readonly number[], inputs: readonly Uint8Array[]): number {
  const args = [...before]
  try {
    for (const input of inputs) {
      const pointer = library.__wbindgen_malloc(input.length)
      if (memory.buffer !== library.memory.buffer) memory = new Uint8Array(library.memory.buffer)
      memory.set(input, pointer)
      args.push(pointer, input.length)
    }
    return (library as unknown as Record<string, (...args: number[]) => number>)[name]!(...args)
  } catch (cause) {
    library = instantiate()
    memory = new Uint8Array(library.memory.buffer)
    throw new NeuriteError('SchnorrkelTrap', 'The sr25519 library rejected its input.', { cause })
  }
}

/** Bytes that `name` makes of `inputs`. The caller has checked the lengths. */
export function schnorrkel(name: BytesFunction, ...inputs: readonly Uint8Array[]): Uint8Array {
  run(name, [RESULT], inputs)
  const [pointer, length] = new Uint32Array(library.memory.buffer, RESULT, 2) as unknown as [number, number]
  const result = new Uint8Array(library.memory.buffer, pointer, length).slice()
  library.__wbindgen_free(pointer, length)
  return result
}

/** True if the library accepts the signature (context `substrate`). The caller has checked the lengths. */
export function schnorrkelVerify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  return run('ext_sr_verify', [], [signature, message, publicKey]) !== 0
}
