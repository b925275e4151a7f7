import { P } from './pallet.ts'

export const errors = P.errors({
  InvalidSpecName: 'The new runtime has another name than the current one.',
  SpecVersionNeedsToIncrease: 'The new runtime must have a higher version than the current one.',
  FailedToExtractRuntimeVersion: 'The new code does not state a version.',
  NonDefaultComposite: 'The account still holds data.',
  NonZeroRefCount: 'The account is still needed by something.',
  CallFiltered: 'The call is not allowed for this origin, or not at the moment.',
  MultiBlockMigrationsOngoing: 'A migration is running; the code cannot change until it is done.',
  NothingAuthorized: 'No upgrade is authorised.',
  Unauthorized: 'This code is not the one that was authorised.',
})
