/** The runtime APIs that belong to no pallet: version, metadata, validity, fees, nonces, authorities. */
import { accountId, bytes, type Codec, h256, nameEnum, option, u32, u64, vec, wrapper } from '@neurite/primitives/scale'
import { type ApiSet, api, apis } from '../frame/api.ts'
import { dispatchInfo } from '../frame/dispatchInfo.ts'
import { runtimeCall } from '../frame/outer.ts'
import { type TransactionSource, TransactionValidityCodec, TransactionValidityError } from '../frame/validity.ts'
import { WeightCodec } from '../frame/weight.ts'
import * as aura from '../pallets/aura/index.ts'
import * as grandpa from '../pallets/grandpa/index.ts'
import * as system from '../pallets/system/index.ts'
import { RuntimeVersion } from '../pallets/system/types.ts'
import { runtimeVersion } from '../pallets/system/version.ts'
import * as payment from '../pallets/transaction-payment/index.ts'
import type { Context } from './context.ts'
import { decodeExtrinsic, uncheckedExtrinsic } from './extrinsic.ts'
import type { Runtime } from './runtime.ts'

const OpaqueMetadata = wrapper('sp_core::OpaqueMetadata', bytes)
const SlotDuration = wrapper('sp_consensus_slots::SlotDuration', u64)
const Source: Codec<TransactionSource> = nameEnum('sp_runtime::transaction_validity::TransactionSource', [
  'InBlock',
  'Local',
  'External',
])

/** Rao for weight and for bytes; in both APIs of fees. */
const feeRates = {
  query_weight_to_fee: api({
    args: { weight: WeightCodec },
    returns: u64,
    run: (_ctx, { weight }) => payment.weightToFee({ refTime: weight.ref_time, proofSize: weight.proof_size }),
  }),
  query_length_to_fee: api({
    args: { length: u32 },
    returns: u64,
    run: (_ctx, { length }) => payment.lengthToFee(length),
  }),
}

export function coreApis(runtime: Runtime): readonly ApiSet[] {
  return [
    apis('Core', 5, {
      version: api({ args: {}, returns: RuntimeVersion, run: () => runtimeVersion() }),
    }),
    apis('Metadata', 2, {
      metadata: api({ args: {}, returns: OpaqueMetadata, run: () => runtime.metadata(14) }),
      metadata_at_version: api({
        args: { version: u32 },
        returns: option(OpaqueMetadata),
        run: (_ctx, { version }) => (version === 14 || version === 15 ? runtime.metadata(version) : undefined),
      }),
      metadata_versions: api({ args: {}, returns: vec(u32), run: () => [14, 15] }),
    }),
    apis('TaggedTransactionQueue', 3, {
      validate_transaction: api({
        args: { source: Source, tx: uncheckedExtrinsic, block_hash: h256 },
        returns: TransactionValidityCodec,
        run(ctx, { source, tx }) {
          try {
            return { ok: true as const, value: runtime.validateIn(ctx as Context, source, tx) }
          } catch (error) {
            if (error instanceof TransactionValidityError) return { ok: false as const, error: error.value }
            throw error
          }
        },
      }),
    }),
    apis('AuraApi', 1, {
      slot_duration: api({ args: {}, returns: SlotDuration, run: (ctx) => aura.constants.SlotDuration.get(ctx) }),
      authorities: api({ args: {}, returns: vec(aura.AuraId), run: (ctx) => aura.storage.Authorities.get(ctx) }),
    }),
    apis('GrandpaApi', 3, {
      grandpa_authorities: api({
        args: {},
        returns: grandpa.AuthorityList,
        run: (ctx) => grandpa.storage.Authorities.get(ctx),
      }),
      current_set_id: api({ args: {}, returns: u64, run: (ctx) => grandpa.storage.CurrentSetId.get(ctx) }),
    }),
    apis('AccountNonceApi', 1, {
      account_nonce: api({
        args: { account: accountId },
        returns: u32,
        run: (ctx, { account }) => system.storage.Account.get(ctx, { account }).nonce,
      }),
    }),
    apis('TransactionPaymentApi', 4, {
      query_info: api({
        args: { uxt: uncheckedExtrinsic, len: u32 },
        returns: payment.RuntimeDispatchInfo,
        // The signature is not looked at: clients ask with a dummy one.
        run: (ctx, { uxt, len }) => payment.queryInfo(ctx, dispatchInfo(decodeExtrinsic(uxt).call), len),
      }),
      query_fee_details: api({
        args: { uxt: uncheckedExtrinsic, len: u32 },
        returns: payment.FeeDetails,
        run: (ctx, { uxt, len }) => payment.queryFeeDetails(ctx, dispatchInfo(decodeExtrinsic(uxt).call), len),
      }),
      ...feeRates,
    }),
    apis('TransactionPaymentCallApi', 3, {
      query_call_info: api({
        args: { call: runtimeCall, len: u32 },
        returns: payment.RuntimeDispatchInfo,
        run: (ctx, { call, len }) => payment.queryInfo(ctx, dispatchInfo(call), len),
      }),
      query_call_fee_details: api({
        args: { call: runtimeCall, len: u32 },
        returns: payment.FeeDetails,
        run: (ctx, { call, len }) => payment.queryFeeDetails(ctx, dispatchInfo(call), len),
      }),
      ...feeRates,
    }),
  ]
}
