/** Block headers and their digest. */
import { bytesToHex, type Hash } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import {
  atIndex,
  bytes,
  type Codec,
  compact,
  encode,
  fixedBytes,
  h256,
  itemsOf,
  named,
  struct,
  u32,
  type ValueOf,
  variant,
  vec,
} from '@neurite/primitives/scale'

const engineId = named('ConsensusEngineId', fixedBytes(4))

export const digestItem = variant('sp_runtime::generic::digest::DigestItem', {
  PreRuntime: atIndex(6, itemsOf(engineId, bytes)),
  Consensus: atIndex(4, itemsOf(engineId, bytes)),
  Seal: atIndex(5, itemsOf(engineId, bytes)),
  Other: atIndex(0, itemsOf(bytes)),
  RuntimeEnvironmentUpdated: atIndex(8, itemsOf()),
})
export type DigestItem = ValueOf<typeof digestItem>

export const digestCodec = struct('sp_runtime::generic::digest::Digest', { logs: vec(digestItem) })

/** A header; hashes are `0x…`, the number is the block's height. */
export interface Header {
  readonly parentHash: Hash
  readonly number: number
  readonly stateRoot: Hash
  readonly extrinsicsRoot: Hash
  readonly digest: readonly DigestItem[]
}

const wire = struct(
  'sp_runtime::generic::header::Header',
  {
    parent_hash: named('Hash::Output', h256),
    number: named('Number', compact(u32)),
    state_root: named('Hash::Output', h256),
    extrinsics_root: named('Hash::Output', h256),
    digest: digestCodec,
  },
  { params: [{ name: 'Number', codec: u32 }, { name: 'Hash' }] },
)

export const headerCodec: Codec<Header> = {
  type: wire.type,
  typeName: '<Block as BlockT>::Header',
  minSize: wire.minSize,
  write: (header, writer) =>
    wire.write(
      {
        parent_hash: header.parentHash,
        number: header.number,
        state_root: header.stateRoot,
        extrinsics_root: header.extrinsicsRoot,
        digest: { logs: header.digest },
      },
      writer,
    ),
  read(reader) {
    const header = wire.read(reader)
    return {
      parentHash: header.parent_hash,
      number: header.number,
      stateRoot: header.state_root,
      extrinsicsRoot: header.extrinsics_root,
      digest: header.digest.logs,
    }
  },
}

/** The block's hash: blake2b-256 of its encoded header. */
export function headerHash(header: Header): Hash {
  return bytesToHex(blake2_256(encode(headerCodec, header)))
}
