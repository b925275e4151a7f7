/** The runtime's version, as clients see it. */
import type { RuntimeVersion } from './types.ts'

const VERSION: Omit<RuntimeVersion, 'apis'> = {
  spec_name: 'node-subtensor',
  impl_name: 'node-subtensor',
  authoring_version: 1,
  spec_version: 425,
  impl_version: 1,
  transaction_version: 1,
  system_version: 1,
}

type ApiVersions = RuntimeVersion['apis']
let apis: ApiVersions = []

/** Sets the list of runtime APIs, once the runtime is composed: pairs of `blake2_64(trait name)` and version. */
export function bindApiVersions(list: readonly (readonly [Uint8Array, number])[]): void {
  apis = list.map(([id, version]) => [id, version])
}

export function runtimeVersion(): RuntimeVersion {
  return {
    spec_name: VERSION.spec_name,
    impl_name: VERSION.impl_name,
    authoring_version: VERSION.authoring_version,
    spec_version: VERSION.spec_version,
    impl_version: VERSION.impl_version,
    apis,
    transaction_version: VERSION.transaction_version,
    system_version: VERSION.system_version,
  }
}
