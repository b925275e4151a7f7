/** The command `explain` and its flags. */
import { type Command, InvalidArgumentError } from 'commander'

function u16(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('Expected a number from 0 to 65535.')
  return value
}

function mechanism(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 255) throw new InvalidArgumentError('Expected a number from 0 to 255.')
  return value
}

function blockHash(text: string): string {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError('Expected the hash of a block, 0x….')
  return text
}

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description("Explain a subnet's last epoch: who got what, and why.")
    .argument('<netuid>', 'the subnet', u16)
    .argument('[uid]', 'one neuron, in detail', u16)
    .option('--chain <url>', 'the node to ask', 'ws://127.0.0.1:9944')
    .option('--mecid <number>', 'mechanism of the subnet', mechanism, 0)
    .option('--at <hash>', 'the last epoch as of this block, not as of the newest', blockHash)
    .option('--json', 'print the whole explanation as JSON; amounts are alpha-rao')
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  npx neurite explain 2            # every neuron of subnet 2',
        '  npx neurite explain 2 5          # why uid 5 earned that, and what would save it',
        '  npx neurite explain 2 --mecid 1  # its second mechanism',
        '  npx neurite explain 2 5 --json | jq .weights',
        '',
      ].join('\n'),
    )
    .action(async (netuid: number, uid: number | undefined, options) => {
      const { explain } = await import('./index.ts')
      process.stdout.write(`${await explain({ ...options, netuid, uid })}\n`)
    })
}
