import { describe, expect, test } from 'vitest'
import { names } from '../../../testing/harness.ts'
import { ALICE, BOB, CAROL, createEconomy, startedSubnet } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'

const bytes = (length: number) => new Uint8Array(length).fill(97)
const NONE = new Uint8Array()

const CHAIN = {
  name: NONE,
  url: NONE,
  github_repo: NONE,
  image: NONE,
  discord: NONE,
  description: NONE,
  additional: NONE,
}
const CHAIN_LIMITS = {
  name: 256,
  url: 256,
  github_repo: 256,
  image: 1024,
  discord: 256,
  description: 1024,
  additional: 1024,
}
const SUBNET = {
  subnet_name: NONE,
  github_repo: NONE,
  subnet_contact: NONE,
  subnet_url: NONE,
  discord: NONE,
  description: NONE,
  logo_url: NONE,
  additional: NONE,
}
const SUBNET_LIMITS = {
  subnet_name: 256,
  github_repo: 1024,
  subnet_contact: 1024,
  subnet_url: 1024,
  discord: 256,
  description: 1024,
  logo_url: 1024,
  additional: 1024,
}

function scene() {
  const economy = createEconomy()
  return { chain: economy.chain, netuid: startedSubnet(economy) }
}

describe('the identity of a coldkey', () => {
  test('needs a hotkey with a place somewhere', () => {
    const { chain } = scene()
    expect(chain.error(BOB, calls.set_identity(CHAIN))).toBe('SubtensorModule.HotKeyNotRegisteredInNetwork')
    expect(names(chain.run(ALICE, calls.set_identity({ ...CHAIN, name: bytes(5) })))).toEqual([
      'SubtensorModule.ChainIdentitySet',
    ])
    expect(storage.IdentitiesV2.get(chain.ctx, { coldkey: ALICE })?.name).toEqual(bytes(5))
  })

  test.each(Object.entries(CHAIN_LIMITS))('takes %s up to its limit', (field, limit) => {
    const { chain } = scene()
    expect(chain.error(ALICE, calls.set_identity({ ...CHAIN, [field]: bytes(limit) }))).toBeUndefined()
    expect(chain.error(ALICE, calls.set_identity({ ...CHAIN, [field]: bytes(limit + 1) }))).toBe(
      'SubtensorModule.InvalidIdentity',
    )
  })
})

describe('the identity of a subnet', () => {
  const set = (netuid: number, identity = SUBNET) => calls.set_subnet_identity({ netuid, ...identity })

  test("is its owner's to set", () => {
    const { chain, netuid } = scene()
    expect(chain.error(CAROL, set(netuid))).toBe('SubtensorModule.NotSubnetOwner')
    expect(chain.error(ALICE, set(77))).toBe('SubtensorModule.NotSubnetOwner')
    expect(names(chain.run(ALICE, set(netuid)))).toEqual(['SubtensorModule.SubnetIdentitySet'])
  })

  test.each(Object.entries(SUBNET_LIMITS))('takes %s up to its limit', (field, limit) => {
    const { chain, netuid } = scene()
    expect(chain.error(ALICE, set(netuid, { ...SUBNET, [field]: bytes(limit) }))).toBeUndefined()
    const longer = { ...SUBNET, [field]: bytes(limit + 1) }
    expect(chain.error(ALICE, set(netuid, longer))).toBe('SubtensorModule.InvalidIdentity')
    const register = (identity: typeof SUBNET) =>
      calls.register_network_with_identity({ hotkey: `0x${'44'.repeat(32)}`, identity })
    expect(chain.error(BOB, register(longer))).toBe('SubtensorModule.InvalidIdentity')
  })
})
