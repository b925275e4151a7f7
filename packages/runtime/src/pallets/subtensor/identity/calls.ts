/** What coldkeys and subnet owners publish about themselves. */
import { bytes, netuid } from '@neurite/primitives/scale'
import { call, ensure, signed } from '../../../frame/index.ts'
import { callWeights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { isValidIdentity, isValidSubnetIdentity } from './validity.ts'

export const identityCalls = P.calls({
  /** Publish the signer's identity. One of its hotkeys must be registered somewhere. */
  set_identity: call({
    index: 68,
    origin: signed,
    weight: callWeights.set_identity,
    args: {
      name: bytes,
      url: bytes,
      github_repo: bytes,
      image: bytes,
      discord: bytes,
      description: bytes,
      additional: bytes,
    },
    run(ctx, coldkey, identity) {
      const registered = storage.OwnedHotkeys.get(ctx, { coldkey }).some((hotkey) => {
        for (const [, member] of storage.IsNetworkMember.entries(ctx, { hotkey })) if (member) return true
        return false
      })
      ensure(registered, errors.HotKeyNotRegisteredInNetwork)
      ensure(isValidIdentity(identity), errors.InvalidIdentity)
      storage.IdentitiesV2.set(ctx, { coldkey }, identity)
      ctx.emit(events.ChainIdentitySet(coldkey))
    },
  }),
  /** Publish the identity of a subnet that the signer owns. */
  set_subnet_identity: call({
    index: 78,
    origin: signed,
    weight: callWeights.set_subnet_identity,
    args: {
      netuid,
      subnet_name: bytes,
      github_repo: bytes,
      subnet_contact: bytes,
      subnet_url: bytes,
      discord: bytes,
      description: bytes,
      logo_url: bytes,
      additional: bytes,
    },
    run(ctx, coldkey, { netuid, ...identity }) {
      ensure(storage.SubnetOwner.get(ctx, { netuid }) === coldkey, errors.NotSubnetOwner)
      ensure(isValidSubnetIdentity(identity), errors.InvalidIdentity)
      storage.SubnetIdentitiesV3.set(ctx, { netuid }, identity)
      ctx.emit(events.SubnetIdentitySet(netuid))
    },
  }),
})
