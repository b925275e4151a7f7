/** The commands of `neurite` and their flags. */
import { pathToFileURL } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { addExplain } from './explain/command.ts'
import { addWeights } from './weights/command.ts'

function port(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535)
    throw new InvalidArgumentError('Expected a port from 1 to 65535.')
  return value
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a whole number.')
  return value
}

export function createProgram(): Command {
  const program = new Command('neurite')
    .description('Bittensor in TypeScript: a chain, its subnets, and the tools around them.')
    .version('0.1.0')
    .showHelpAfterError('(`npx neurite --help` lists the commands and flags.)')
    .addHelpText('after', '\nExamples:\n  npx neurite up\n  npx neurite node --dev\n')

  program
    .command('up')
    .description('Start a whole network on this machine: chain, miners, validators, gateway.')
    .option('--base-path <path>', 'folder of the network (default: ~/.neurite/up)')
    .option('--fresh', 'start anew instead of continuing the chain in the base path')
    .option('--rpc-port <port>', 'port of the chain', port, 9944)
    .option('--gateway-port <port>', 'port of the gateway', port, 8080)
    .option('--miner-port <port>', 'port of the first miner; the others take the next ones', port, 8101)
    .option('--seed <number>', 'decides which miner runs which model', wholeNumber, 1)
    .option('--memoriser', 'add a miner that has only memorised its training pairs')
    .option('--json', 'print one JSON object per line instead of the table')
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  npx neurite up                      # the whole network; Ctrl-C ends it',
        '  npx neurite up --fresh --seed 2     # from block 0, with the qualities dealt anew',
        '  npx neurite up --rpc-port 9955      # beside something that uses port 9944',
        '  npx neurite up --json | jq .type    # for programs',
        '',
      ].join('\n'),
    )
    .action(async (options) => {
      const { up } = await import('./up/index.ts')
      await up(options)
    })

  program
    .command('node')
    .description('Run a node alone; `npx neurite node --help` lists its flags.')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      const { program: pathOf } = await import('./up/children.ts')
      process.argv.splice(2, process.argv.length, ...command.args)
      await import(pathToFileURL(pathOf('packages/node/dist/bin/node.js')).href)
    })
  addExplain(program)
  addWeights(program)
  return program
}
