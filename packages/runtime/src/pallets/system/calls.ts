/** Calls of the system pallet: notes, raw storage, code. */
import { bytesToByteString, bytesToHex, utf8ToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { bytes, encode, h256, named, tuple, u32, u64, vec } from '@neurite/primitives/scale'
import {
  anyOrigin,
  type Ctx,
  call,
  type DigestItem,
  type DispatchError,
  ensure,
  ensureSome,
  root,
  signed,
} from '../../frame/index.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { P } from './pallet.ts'
import { storage } from './storage.ts'
import { weights } from './weights.ts'

/** Where clients look for the runtime's code. */
export const CODE_KEY = bytesToByteString(utf8ToBytes(':code'))
export const HEAP_PAGES_KEY = bytesToByteString(utf8ToBytes(':heappages'))

const key = named('Key', bytes)

/** Adds an entry to the digest of the block's header. */
export function depositLog(ctx: Ctx, item: DigestItem): void {
  storage.Digest.mutate(ctx, ({ logs }) => ({ logs: [...logs, item] }))
}

/** Stores code for clients to see. It does not change how blocks are executed: that is part of the node's release. */
function storeCode(ctx: Ctx, code: Uint8Array): void {
  ctx.overlay.setRaw(CODE_KEY, code)
  depositLog(ctx, { type: 'RuntimeEnvironmentUpdated' })
  ctx.emit(events.CodeUpdated())
}

/** Code states no version that this runtime could read, so a checked upgrade is always refused. */
function refuseCode(checkVersion: boolean): DispatchError | undefined {
  return checkVersion ? errors.FailedToExtractRuntimeVersion : undefined
}

function authorize(ctx: Ctx, codeHash: `0x${string}`, checkVersion: boolean): void {
  storage.AuthorizedUpgrade.set(ctx, { code_hash: codeHash, check_version: checkVersion })
  ctx.emit(events.UpgradeAuthorized({ code_hash: codeHash, check_version: checkVersion }))
}

export const calls = P.calls({
  /** Puts bytes into the chain's history. Anybody may. */
  remark: call({
    index: 0,
    origin: anyOrigin,
    args: { remark: bytes },
    weight: ({ remark }) => weights.remark(remark.length),
    run() {},
  }),
  set_heap_pages: call({
    index: 1,
    origin: root,
    args: { pages: u64 },
    weight: weights.setHeapPages,
    class: 'Operational',
    run(ctx, _root, { pages }) {
      ctx.overlay.setRaw(HEAP_PAGES_KEY, encode(u64, pages))
      depositLog(ctx, { type: 'RuntimeEnvironmentUpdated' })
    },
  }),
  /** Installs code after a check of its version; no code passes, see the deviations in the docs. */
  set_code: call({
    index: 2,
    origin: root,
    args: { code: bytes },
    weight: weights.setCode,
    class: 'Operational',
    run(ctx, _root, { code }) {
      const refusal = refuseCode(true)
      if (refusal) throw refusal
      storeCode(ctx, code)
    },
  }),
  set_code_without_checks: call({
    index: 3,
    origin: root,
    args: { code: bytes },
    weight: weights.setCode,
    class: 'Operational',
    run(ctx, _root, { code }) {
      storeCode(ctx, code)
    },
  }),
  /** Writes raw storage. */
  set_storage: call({
    index: 4,
    origin: root,
    args: { items: named('Vec<KeyValue>', vec(tuple(bytes, bytes))) },
    weight: ({ items }) => weights.setStorage(items.length),
    class: 'Operational',
    run(ctx, _root, { items }) {
      for (const [name, content] of items) ctx.overlay.setRaw(bytesToByteString(name), content)
    },
  }),
  kill_storage: call({
    index: 5,
    origin: root,
    args: { keys: vec(key) },
    weight: ({ keys }) => weights.killStorage(keys.length),
    class: 'Operational',
    run(ctx, _root, { keys }) {
      for (const name of keys) ctx.overlay.remove(bytesToByteString(name))
    },
  }),
  /** Removes up to `subkeys` keys that start with `prefix`. */
  kill_prefix: call({
    index: 6,
    origin: root,
    args: { prefix: key, subkeys: u32 },
    weight: ({ subkeys }) => weights.killPrefix(subkeys + 1),
    class: 'Operational',
    run(ctx, _root, { prefix, subkeys }) {
      for (const name of ctx.overlay.keys(bytesToByteString(prefix)).slice(0, subkeys)) ctx.overlay.remove(name)
    },
  }),
  remark_with_event: call({
    index: 7,
    origin: signed,
    args: { remark: bytes },
    weight: ({ remark }) => weights.remarkWithEvent(remark.length),
    run(ctx, sender, { remark }) {
      ctx.emit(events.Remarked({ sender, hash: bytesToHex(blake2_256(remark)) }))
    },
  }),
  /** Names code, by hash, that anybody may install afterwards. */
  authorize_upgrade: call({
    index: 9,
    origin: root,
    args: { code_hash: h256 },
    weight: weights.authorizeUpgrade,
    class: 'Operational',
    run(ctx, _root, { code_hash }) {
      authorize(ctx, code_hash, true)
    },
  }),
  authorize_upgrade_without_checks: call({
    index: 10,
    origin: root,
    args: { code_hash: h256 },
    weight: weights.authorizeUpgrade,
    class: 'Operational',
    run(ctx, _root, { code_hash }) {
      authorize(ctx, code_hash, false)
    },
  }),
  /** Installs the authorised code. Free of charge for whoever brings it. */
  apply_authorized_upgrade: call({
    index: 11,
    origin: anyOrigin,
    args: { code: bytes },
    weight: weights.applyAuthorizedUpgrade,
    run(ctx, _origin, { code }) {
      const authorized = ensureSome(storage.AuthorizedUpgrade.get(ctx), errors.NothingAuthorized)
      ensure(authorized.code_hash === bytesToHex(blake2_256(code)), errors.Unauthorized)
      storage.AuthorizedUpgrade.remove(ctx)
      const refusal = refuseCode(authorized.check_version)
      if (refusal) {
        ctx.emit(events.RejectedInvalidAuthorizedUpgrade({ code_hash: authorized.code_hash, error: refusal.value }))
      } else {
        storeCode(ctx, code)
      }
      return { pays: 'No' }
    },
  }),
})
