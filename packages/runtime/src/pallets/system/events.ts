import { accountId, bool, h256, named } from '@neurite/primitives/scale'
import { DispatchErrorCodec, DispatchInfoCodec, event, eventOf } from '../../frame/index.ts'
import { P } from './pallet.ts'

export const events = P.events({
  ExtrinsicSuccess: eventOf({ dispatch_info: DispatchInfoCodec }),
  ExtrinsicFailed: eventOf({ dispatch_error: DispatchErrorCodec, dispatch_info: DispatchInfoCodec }),
  CodeUpdated: event(),
  NewAccount: eventOf({ account: accountId }),
  KilledAccount: eventOf({ account: accountId }),
  Remarked: eventOf({ sender: accountId, hash: h256 }),
  UpgradeAuthorized: eventOf({ code_hash: h256, check_version: bool }),
  RejectedInvalidAuthorizedUpgrade: eventOf({ code_hash: h256, error: named('DispatchError', DispatchErrorCodec) }),
})
