/** Why the pool refuses a transaction, as the author methods answer it. */
// polkadot-sdk substrate/client/rpc-api/src/author/error.rs, substrate/primitives/runtime/src/transaction_validity.rs
import type { Hash } from '@neurite/primitives/bytes'
import type { InvalidTransaction, TransactionValidityError, UnknownTransaction } from '@neurite/runtime/frame'
import { RpcError } from '../rpc/errors.ts'

export const AUTHOR_CODES = {
  badFormat: 1001,
  verification: 1002,
  invalid: 1010,
  unknown: 1011,
  banned: 1012,
  alreadyImported: 1013,
  tooLowPriority: 1014,
  cycle: 1015,
  immediatelyDropped: 1016,
  unactionable: 1018,
  noTags: 1019,
} as const

const INVALID_TEXTS: Readonly<Record<Exclude<InvalidTransaction['type'], 'Custom'>, string>> = {
  Call: 'Transaction call is not expected',
  Payment: 'Inability to pay some fees (e.g. account balance too low)',
  Future: 'Transaction will be valid in the future',
  Stale: 'Transaction is outdated',
  BadProof: 'Transaction has a bad signature',
  AncientBirthBlock: 'Transaction has an ancient birth block',
  ExhaustsResources: 'Transaction would exhaust the block limits',
  BadMandatory: 'A call was labelled as mandatory, but resulted in an Error.',
  MandatoryValidation: 'Transaction dispatch is mandatory; transactions must not be validated.',
  BadSigner: 'Invalid signing address',
  IndeterminateImplicit: 'The implicit data was unable to be calculated',
  UnknownOrigin: 'The transaction extension did not authorize any origin',
}

export function invalidTransactionText(invalid: InvalidTransaction): string {
  return invalid.type === 'Custom' ? `Custom error: ${invalid.value}` : INVALID_TEXTS[invalid.type]
}

function unknownTransactionText(unknown: UnknownTransaction): string {
  return unknown.type === 'Custom' ? `Custom(${unknown.value})` : unknown.type
}

export function validityToRpcError(error: TransactionValidityError): RpcError {
  const { value } = error
  return value.type === 'Invalid'
    ? new RpcError(AUTHOR_CODES.invalid, 'Invalid Transaction', invalidTransactionText(value.value))
    : new RpcError(AUTHOR_CODES.unknown, 'Unknown Transaction Validity', unknownTransactionText(value.value))
}

export const temporarilyBanned = () => new RpcError(AUTHOR_CODES.banned, 'Transaction is temporarily banned')
export const alreadyImported = (hash: Hash) =>
  new RpcError(AUTHOR_CODES.alreadyImported, 'Transaction Already Imported', hash)
export const tooLowPriority = (old: bigint, mine: bigint) =>
  new RpcError(
    AUTHOR_CODES.tooLowPriority,
    `Priority is too low: (${old} vs ${mine})`,
    'The transaction has too low priority to replace another transaction already in the pool.',
  )
export const cycleDetected = () => new RpcError(AUTHOR_CODES.cycle, 'Cycle Detected')
export const immediatelyDropped = () =>
  new RpcError(
    AUTHOR_CODES.immediatelyDropped,
    'Immediately Dropped',
    "The transaction couldn't enter the pool because of the limit",
  )
export const unactionable = () =>
  new RpcError(
    AUTHOR_CODES.unactionable,
    'Unactionable',
    'The transaction is unactionable since it is not propagable and the local node does not author blocks',
  )
export const noTagsProvided = () =>
  new RpcError(
    AUTHOR_CODES.noTags,
    'No tags provided',
    "Transaction does not provide any tags, so the pool can't identify it",
  )
export const badFormat = (why: string) => new RpcError(AUTHOR_CODES.badFormat, `Extrinsic has invalid format: ${why}`)
export const verificationError = (why: string) =>
  new RpcError(AUTHOR_CODES.verification, `Verification Error: ${why}`, why)
