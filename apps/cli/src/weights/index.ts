/** `neurite weights set`: weights brought to an epoch, with a yes or no at the end. */
import { renameSync, writeFileSync } from 'node:fs'
import { type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'
import {
  type Check,
  EXIT_UNREACHABLE,
  exitCodeOf,
  type Hiding,
  isNodeGone,
  metricsText,
  superviseWeights,
  type Verdict,
} from '@neurite/sdk/supervisor'
import { readHotkey, walletAt } from '@neurite/sdk/wallet'
import { pageOf } from '../explain/index.ts'
import { type Page, paragraph } from '../explain/table.ts'

export interface SetWeightsCommand {
  readonly netuid: number
  readonly weights: readonly (readonly [uid: number, value: number])[]
  readonly chain: string
  readonly mecid: number
  readonly versionKey: number
  readonly wallet?: string | undefined
  readonly hotkey?: string | undefined
  readonly suri?: string | undefined
  readonly hide?: Hiding | undefined
  readonly metricsFile?: string | undefined
  readonly check?: boolean | undefined
  readonly json?: boolean | undefined
}

/** Prints as it goes; the process's exit code. */
export async function setWeights(
  command: SetWeightsCommand,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
  page: Page = pageOf(process.stdout),
): Promise<number> {
  const { netuid, mecid, weights, json } = command
  const supervisor = superviseWeights({
    endpoints: command.chain.split(',').map((url) => url.trim()),
    keypair: await signerOf(command),
    netuid,
    mecid,
    versionKey: BigInt(command.versionKey),
    hiding: command.hide ?? 'auto',
    onStep(text) {
      if (!json) print(paragraph(text, page.width))
      note()
    },
  })
  const note = (verdict?: Verdict): void => {
    if (command.metricsFile === undefined) return
    writeWhole(command.metricsFile, metricsText(supervisor.metrics(), verdict, { netuid, mecid }))
  }
  try {
    const found = await supervisor.preflight(weights)
    if (!json)
      print(
        [
          `${page.colours.bold('Rules of the chain')}, as of block ${found.block}`,
          ...found.checks.map((check) => line(check, page)),
          '',
        ].join('\n'),
      )
    if (command.check) {
      if (json) print(asJson(found))
      return found.state === 'fail' ? 2 : 0
    }
    const verdict = await supervisor.submit(weights)
    note(verdict)
    if (json) {
      const { explanation: _told, ...rest } = verdict
      print(asJson({ ...rest, metrics: supervisor.metrics() }))
    }
    return exitCodeOf(verdict)
  } catch (error) {
    if (!isNodeGone(error)) throw error
    print(json ? asJson({ counted: false, because: (error as Error).message }) : (error as Error).message)
    return EXIT_UNREACHABLE
  } finally {
    supervisor.close()
  }
}

/** Never half a file: the collector may read at any time. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

async function signerOf({ suri, wallet, hotkey }: SetWeightsCommand): Promise<Keypair> {
  if (suri !== undefined) return keypairFromSuri(suri)
  const env = process.env
  return readHotkey(walletAt({ ...(wallet && { name: wallet }), ...(hotkey && { hotkey }), env }))
}

function line({ state, rule, sentence }: Check, { width, colours }: Page): string {
  const marks = { pass: colours.green('✓'), wait: colours.yellow('…'), fail: colours.red('✗') }
  const text = paragraph(state === 'pass' ? sentence : `${sentence} (${rule})`, width, '    ')
  return `  ${marks[state]} ${text.slice(4)}`
}

function asJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? `${inner}` : inner))
}
