/** Announcing where a hotkey answers. Free of charge; the guards check it in the pool. */

import type { AccountId } from '@neurite/primitives/bytes'
import { bytes, netuid, u8, u16, u32, u128 } from '@neurite/primitives/scale'
import { type Ctx, call, signed } from '../../../frame/index.ts'
import { callWeights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import type { AxonInfo } from '../types.ts'
import { ensureAxon, ensurePrometheus } from './endpoint.ts'

/** Longest public key in a certificate. @unit bytes */
const MAX_PUBLIC_KEY = 64

const axonArgs = {
  netuid,
  version: u32,
  ip: u128,
  port: u16,
  ip_type: u8,
  protocol: u8,
  placeholder1: u8,
  placeholder2: u8,
}

type AxonArgs = Omit<AxonInfo, 'block'> & { readonly netuid: number }

function serveAxon(ctx: Ctx, hotkey: AccountId, args: AxonArgs): void {
  ensureAxon(ctx, hotkey, args)
  const { netuid, version, ip, port, ip_type, protocol, placeholder1, placeholder2 } = args
  storage.Axons.set(
    ctx,
    { netuid, hotkey },
    { block: ctx.block, version, ip, port, ip_type, protocol, placeholder1, placeholder2 },
  )
  ctx.emit(events.AxonServed(netuid, hotkey))
}

/** Stores a certificate: one byte for the algorithm, then the key. One that is empty or too long is passed over. */
function storeCertificate(ctx: Ctx, netuid: number, hotkey: AccountId, certificate: Uint8Array): void {
  if (certificate.length === 0 || certificate.length > MAX_PUBLIC_KEY + 1) return
  storage.NeuronCertificates.set(
    ctx,
    { netuid, hotkey },
    { algorithm: certificate[0]!, public_key: certificate.slice(1) },
  )
}

export const servingCalls = P.calls({
  /** Announce where the signer's axon answers. */
  serve_axon: call({
    index: 4,
    origin: signed,
    pays: 'No',
    weight: callWeights.serve_axon,
    args: axonArgs,
    run: (ctx, hotkey, args) => serveAxon(ctx, hotkey, args),
  }),
  /** As serve_axon, with the certificate for TLS. */
  serve_axon_tls: call({
    index: 40,
    origin: signed,
    pays: 'No',
    weight: callWeights.serve_axon_tls,
    args: { ...axonArgs, certificate: bytes },
    run(ctx, hotkey, args) {
      ensureAxon(ctx, hotkey, args)
      storeCertificate(ctx, args.netuid, hotkey, args.certificate)
      serveAxon(ctx, hotkey, args)
    },
  }),
  /** Announce where the signer serves its metrics. */
  serve_prometheus: call({
    index: 5,
    origin: signed,
    pays: 'No',
    weight: callWeights.serve_prometheus,
    args: { netuid, version: u32, ip: u128, port: u16, ip_type: u8 },
    run(ctx, hotkey, args) {
      ensurePrometheus(ctx, hotkey, args)
      const { netuid, version, ip, port, ip_type } = args
      storage.Prometheus.set(ctx, { netuid, hotkey }, { block: ctx.block, version, ip, port, ip_type })
      ctx.emit(events.PrometheusServed(netuid, hotkey))
    },
  }),
})
