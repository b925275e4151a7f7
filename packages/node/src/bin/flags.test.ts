import { describe, expect, test } from 'vitest'
import { helpText, parseFlags } from './flags.ts'
import { optionsOf } from './options.ts'

const options = (line: string) => optionsOf(parseFlags(line.split(' ').filter((part) => part !== '')))

describe('command lines of others', () => {
  test('behavior: moonwall dev', () => {
    const line =
      '--one --dev --force-authoring --rpc-cors=all --no-prometheus --no-telemetry --reserved-only --tmp --sealing=manual --rpc-port=40123'
    expect(options(line)).toMatchObject({
      chain: 'dev',
      sealing: { kind: 'manual' },
      basePath: undefined,
      name: 'One',
      rpc: { cors: 'all' },
      rpcPorts: [40123],
      prometheus: undefined,
      slotMs: 12_000,
    })
    expect(parseFlags(line.split(' ')).ignored).toEqual(['no-telemetry', 'reserved-only'])
  })

  test('behavior: the localnet script', () => {
    expect(
      options(
        '--base-path /tmp/one --chain=local --one --port 30334 --rpc-port 9944 --validator --rpc-cors=all --allow-private-ipv4 --discover-local --unsafe-force-node-key-generation',
      ),
    ).toMatchObject({ chain: 'local', basePath: '/tmp/one', sealing: { kind: 'slots' }, rpcPorts: [9944] })
  })

  test('behavior: zombienet', () => {
    expect(
      options(
        '--chain local --name one --rpc-cors all --rpc-methods unsafe --no-mdns --node-key 0101 --no-telemetry --prometheus-external --validator --prometheus-port 9700 --rpc-port 9947 --listen-addr /ip4/0.0.0.0/tcp/30333 --base-path /tmp/z',
      ),
    ).toMatchObject({ name: 'one', rpc: { unsafeMethods: 'unsafe' }, prometheus: { port: 9700, external: true } })
  })
})

describe('our own', () => {
  test.each([
    ['', { kind: 'slots' }, 12_000],
    ['--block-time 250ms', { kind: 'slots' }, 250],
    ['--fast-runtime', { kind: 'slots' }, 250],
    ['--block-time 12s', { kind: 'slots' }, 12_000],
    ['--block-time 2s', { kind: 'interval', everyMs: 2000 }, 250],
    ['--sealing 100', { kind: 'interval', everyMs: 100 }, 12_000],
    ['--sealing instant', { kind: 'instant', everyMs: undefined }, 12_000],
    ['--sealing instant --block-time 250ms', { kind: 'instant', everyMs: 250 }, 250],
  ])('behavior: %s', (line, sealing, slotMs) => {
    expect(options(line)).toMatchObject({ sealing, slotMs })
  })

  test('behavior: several ports, pruning, cors', () => {
    expect(options('--rpc-port 9944,9945 --state-pruning 256 --rpc-cors none')).toMatchObject({
      rpcPorts: [9944, 9945],
      statePruning: 256,
      rpc: { cors: [] },
    })
  })

  test.each([
    ['--rpc-prot 1', 'There is no flag `--rpc-prot`.\nDid you mean --rpc-port? --help lists all flags.'],
    ['--quux', 'There is no flag `--quux`.\n--help lists all flags.'],
    ['--rpc-port 70000', 'The flag --rpc-port has the value `70000`.\nExpected an integer from 0 to 65535.'],
    ['--chain finney', 'The flag --chain has the value `finney`.\nExpected local or dev.'],
    ['--sealing soon', 'The flag --sealing has the value `soon`.\nExpected an integer from 0 to 2147483647.'],
    ['--block-time soon', 'The flag --block-time has the value `soon`.\nExpected a time such as 250ms or 12s.'],
    ['--dev=maybe', 'The flag --dev has the value `maybe`.\nExpected nothing: it is a switch.'],
  ])('behavior: %s is refused with what was expected', (line, message) => {
    expect(() => options(line)).toThrow(message)
  })

  test('behavior: the help names every flag that does something', () => {
    expect(helpText()).toContain('--sealing <instant|manual|ms>')
    expect(helpText()).not.toContain('--no-mdns')
  })
})
