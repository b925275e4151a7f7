#!/usr/bin/env node
// The Python SDK's own end-to-end suites, unmodified, against our node.
//
//   NEURITE_BITTENSOR_CHECKOUT=<folder> npm run test:upstream [-- --jobs 2 test_transfer test_subnets]
//
// The folder is a checkout of opentensor/bittensor at v10.2.0, outside this project. The suites fix ports 9944 and 9945
// and write wallets, so each file runs in a network and mount namespace and a home of its own.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve as absolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../../scripts/build.mjs'
import { root } from '../../scripts/paths.mjs'

/** Files and the tests in them that must pass, synchronous and asynchronous; no names: the whole file. */
const SUITES = [
  ['test_subtensor_functions', ['test_blocks', 'test_blocks_async', 'test_block_info']],
  ['test_transfer', []],
  ['test_subnets', []],
  ['test_hotkeys', []],
  ['test_set_subnet_identity_extrinsic', []],
  ['test_neuron_certificate', []],
  ['test_set_weights', []],
  ['test_commit_weights', []],
  ['test_incentive', []],
  [
    'test_metagraph',
    [
      'test_metagraph',
      'test_metagraph_async',
      'test_metagraph_info',
      'test_metagraph_info_async',
      'test_metagraph_info_with_indexes',
      'test_metagraph_info_with_indexes_async',
    ],
  ],
  ['test_liquid_alpha', []],
  ['test_root_set_weights', []],
  ['test_delegate', []],
  ['test_coldkey_swap', []],
  ['test_commitment', []],
  ['test_dendrite', []],
  ['test_axon', []],
]
const PACKAGES = [
  'bittensor==10.2.0',
  'async-substrate-interface==1.6.4',
  'scalecodec==1.2.12',
  'pytest==8.3.5',
  'pytest-asyncio==0.26.0',
]
/** Seconds for one file. */
const LIMIT = 900
/** What the suites clone their miner and validator from; ours takes its place. */
const TEMPLATE = 'https://github.com/opentensor/subnet-template.git'
/** Whose wallets the suites write, all under /tmp. */
const WALLETS = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Fred'].map((name) => `/tmp/btcli-e2e-wallet-${name}`)

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: '2' }, list: { type: 'boolean', default: false } },
})

const named = process.env.NEURITE_BITTENSOR_CHECKOUT
const checkout = named && absolute(named)
if (!checkout || !existsSync(join(checkout, 'tests', 'e2e_tests', 'conftest.py'))) {
  console.error(
    [
      `NEURITE_BITTENSOR_CHECKOUT is ${checkout ? `\`${checkout}\`, which has no tests/e2e_tests` : 'not set'}.`,
      'It names a checkout of opentensor/bittensor at v10.2.0, outside this project:',
      '  git clone --branch v10.2.0 https://github.com/opentensor/bittensor <folder>',
    ].join('\n'),
  )
  process.exit(2)
}

/** A Python with the SDK; NEURITE_PYTHON names one that is there already. */
function python() {
  if (process.env.NEURITE_PYTHON) return process.env.NEURITE_PYTHON
  const folder = join(process.env.NEURITE_CI_CACHE ?? join(root, '.cache'), 'upstream-sdk')
  const ready = join(folder, '.ready')
  const wanted = PACKAGES.join(' ')
  if (!existsSync(ready) || readFileSync(ready, 'utf8') !== wanted) {
    console.log(`Installing ${wanted}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const [command, ...args] of [
      ['python3', '-m', 'venv', folder],
      [join(folder, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES],
    ]) {
      if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) process.exit(1)
    }
    writeFileSync(ready, wanted)
  }
  return join(folder, 'bin', 'python')
}

function suitesWanted() {
  if (positionals.length === 0) return SUITES
  // A name by itself runs the whole file, also one that is not in the list.
  return positionals.map((name) => SUITES.find(([file]) => file === name) ?? [name, []])
}

/** A Git repository with our miner and validator, and a configuration under `home` that clones it for upstream's. */
function substituteTemplate(home) {
  const folder = join(home, 'subnet-template')
  cpSync(join(root, 'e2e', 'stubs', 'subnet-template'), folder, { recursive: true })
  const env = { ...process.env, HOME: home }
  for (const args of [
    ['init', '--quiet', folder],
    ['-C', folder, 'add', '.'],
    ['-C', folder, '-c', 'user.name=neurite', '-c', 'user.email=', 'commit', '--quiet', '-m', 'Miner and validator'],
    ['config', '--global', `url.file://${folder}.insteadOf`, TEMPLATE],
  ]) {
    const { status, stderr } = spawnSync('git', args, { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`\`git ${args.join(' ')}\` failed: ${stderr}`)
  }
}

/** Runs one file; resolves to what pytest counted. */
function runFile([file, tests], interpreter) {
  const home = mkdtempSync(join(tmpdir(), `neurite-upstream-${file}-`))
  substituteTemplate(home)
  const path = join(checkout, 'tests', 'e2e_tests', `${file}.py`)
  const nodes = tests.length > 0 ? tests.map((test) => `${path}::${test}`) : [path]
  const report = join(home, 'report.xml')
  const command = [
    'ip link set lo up',
    ...WALLETS.map((path) => `mkdir -p ${path} '${home}${path}' && mount --bind '${home}${path}' ${path}`),
    [interpreter, '-m', 'pytest', '-p', 'no:cacheprovider', `--junitxml=${report}`, ...nodes]
      .map((word) => `'${word}'`)
      .join(' '),
  ].join(' && ')
  const child = spawn(
    'unshare',
    ['-rnmpf', '--kill-child', '--mount-proc', 'timeout', String(LIMIT), 'bash', '-c', command],
    {
      // The templates are cloned into the current folder.
      cwd: home,
      env: {
        ...process.env,
        HOME: home,
        TMPDIR: home,
        USE_DOCKER: '0',
        LOCALNET_SH_PATH: join(root, 'e2e', 'upstream', 'localnet.sh'),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONPATH: join(root, 'e2e', 'stubs'),
        BT_AXON_EXTERNAL_IP: '10.1.1.1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  return new Promise((resolve) => {
    child.once('exit', () => {
      const cases = existsSync(report) ? casesOf(readFileSync(report, 'utf8')) : []
      rmSync(home, { recursive: true, force: true })
      resolve({ file, cases, output })
    })
  })
}

function casesOf(xml) {
  return [...xml.matchAll(/<testcase [^>]*?name="([^"]+)" time="([\d.]+)"\s*(\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, name, time, , body]) => ({
      name,
      seconds: Number(time),
      ok: !/<(failure|error)/.test(body ?? ''),
      skipped: /<skipped/.test(body ?? ''),
    }),
  )
}

await build()
const interpreter = python()
const queue = suitesWanted()
const results = []
const worker = async () => {
  for (let suite = queue.shift(); suite; suite = queue.shift()) {
    const result = await runFile(suite, interpreter)
    results.push(result)
    for (const { name, seconds, ok, skipped } of result.cases) {
      console.log(`${ok ? (skipped ? 'skip' : 'ok  ') : 'FAIL'} ${result.file}::${name} (${seconds.toFixed(1)} s)`)
    }
    if (result.cases.length === 0) console.log(`FAIL ${result.file}: pytest ran nothing`)
    if (result.cases.length === 0 || result.cases.some(({ ok }) => !ok)) {
      const log = join(tmpdir(), `neurite-upstream-${result.file}.log`)
      writeFileSync(log, result.output)
      console.log(`     its output: ${log}`)
    }
  }
}
await Promise.all(Array.from({ length: Math.max(1, Number(options.jobs)) }, worker))
const cases = results.flatMap((result) => result.cases)
const failed = cases.filter(({ ok }) => !ok).length + results.filter((result) => result.cases.length === 0).length
const skipped = cases.filter((item) => item.skipped).length
console.log(
  `upstream: ${cases.length - failed - skipped} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`,
)
process.exit(failed === 0 ? 0 : 1)
