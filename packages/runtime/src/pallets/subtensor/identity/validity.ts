/** How long the fields of identities may be. subtensor 14bc6f9 pallets/subtensor/src/utils/identity.rs */
import type { ChainIdentityV2, SubnetIdentityV3 } from '../types.ts'

/** @unit bytes */
const CHAIN_LIMITS: Record<keyof ChainIdentityV2, number> = {
  name: 256,
  url: 256,
  github_repo: 256,
  image: 1024,
  discord: 256,
  description: 1024,
  additional: 1024,
}

/** @unit bytes */
const SUBNET_LIMITS: Record<keyof SubnetIdentityV3, number> = {
  subnet_name: 256,
  github_repo: 1024,
  subnet_contact: 1024,
  subnet_url: 1024,
  discord: 256,
  description: 1024,
  logo_url: 1024,
  additional: 1024,
}

function fits<F extends string>(identity: Readonly<Record<F, Uint8Array>>, limits: Record<F, number>): boolean {
  return (Object.keys(limits) as F[]).every((field) => identity[field].length <= limits[field])
}

// The reference also bounds sums of fields, by more than the limits of the fields add up to.

export function isValidIdentity(identity: ChainIdentityV2): boolean {
  return fits(identity, CHAIN_LIMITS)
}

export function isValidSubnetIdentity(identity: SubnetIdentityV3): boolean {
  return fits(identity, SUBNET_LIMITS)
}
