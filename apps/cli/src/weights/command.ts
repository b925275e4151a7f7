/** The command `weights` and its flags. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'

function whole(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value > most) throw new InvalidArgumentError(`Expected a number from 0 to ${most}.`)
    return value
  }
}

const pairs = (text: string): [uid: number, value: number][] =>
  text.split(',').map((pair) => {
    const [uid, value] = pair.split(':').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN))
    if (uid === undefined || value === undefined || !(uid <= 65_535) || !(value <= 65_535)) {
      throw new InvalidArgumentError(`\`${pair}\` is not a pair uid:value, both from 0 to 65535.`)
    }
    return [uid, value]
  })

/** What the process ends with. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'the weights counted (with --check: no rule forbids them)'],
  [1, 'the command could not be carried out: a wrong flag, no such wallet'],
  [2, 'a rule of the chain forbids them; nothing was sent'],
  [3, 'the chain refused them'],
  [4, 'no node answered'],
  [5, 'they were set, but the epoch ran without them'],
  [6, 'they were committed, but never opened or revealed'],
]

export function addWeights(program: Command): void {
  program
    .command('weights')
    .description("Set a validator's weights, follow them to the next epoch, and say whether they counted.")
    .addArgument(new Argument('<action>', 'what to do').choices(['set']))
    .argument('<netuid>', 'the subnet', whole(65_535))
    .requiredOption('--weights <uid:value,…>', 'relative; the largest becomes 65535', pairs)
    .option('--chain <urls>', 'the node; several, divided by commas, stand in for each other', 'ws://127.0.0.1:9944')
    .option('--mecid <number>', 'mechanism of the subnet', whole(255), 0)
    .option('--version-key <number>', 'version of the validator', whole(Number.MAX_SAFE_INTEGER), 0)
    .addOption(
      new Option(
        '--hide <way>',
        'how, where the subnet hides weights: locked until a round of the beacon, or as a hash',
      )
        .choices(['auto', 'timelock', 'hash'])
        .default('auto'),
    )
    .option('--wallet <name>', 'wallet whose hotkey signs (default: BT_WALLET_NAME, or default)')
    .option('--hotkey <name>', 'hotkey of the wallet (default: BT_WALLET_HOTKEY, or default)')
    .option('--suri <secret>', 'development key that signs instead, as //Bob')
    .option('--check', 'judge the rules only; send nothing')
    .option('--metrics-file <path>', "write metrics for Prometheus' textfile collector, at each step and at the end")
    .option('--json', 'print the verdict as JSON')
    .addHelpText(
      'after',
      [
        '',
        'Exit codes:',
        ...EXIT_CODES.map(([code, meaning]) => `  ${code}  ${meaning}`),
        '',
        'Examples:',
        '  npx neurite weights set 2 --weights 4:65535,5:20000',
        '  npx neurite weights set 2 --weights 4:1 --check  # would the chain take them?',
        '  npx neurite weights set 2 --weights 4:1 --chain ws://a:9944,ws://b:9944 --json',
        '',
      ].join('\n'),
    )
    .action(async (_action: string, netuid: number, options) => {
      const { setWeights } = await import('./index.ts')
      process.exitCode = await setWeights({ ...options, netuid })
    })
}
