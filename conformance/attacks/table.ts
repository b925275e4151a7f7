/** Results as a table: printed with every run, and compared with what docs/attacks.md says of the fixed seeds. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { FRESH_SEED } from './seeds.ts'

const DOCUMENT = new URL('../../docs/attacks.md', import.meta.url)

type Cells = readonly string[]

export class Table {
  private readonly rows: Cells[] = []
  private readonly name: string
  private readonly columns: Cells

  constructor(name: string, columns: Cells) {
    this.name = name
    this.columns = columns
  }

  row(...cells: Cells): void {
    this.rows.push(cells)
  }

  /** Markdown, with columns as wide as they need. */
  get text(): string {
    const all = [this.columns, ...this.rows]
    const widths = this.columns.map((_, i) => Math.max(...all.map((cells) => cells[i]!.length)))
    const line = (cells: Cells): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
    return [
      line(this.columns),
      `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
      ...this.rows.map(line),
    ].join('\n')
  }

  /** Prints the table, and expects it in the document; `NEURITE_ATTACKS_WRITE` writes it there instead. */
  publish(): void {
    console.log(
      `${this.name}\n\n${this.text}\n\nfresh seed ${FRESH_SEED}: the same claims held (NEURITE_ATTACK_SEED repeats it)`,
    )
    const [start, end] = [`<!-- table: ${this.name} -->\n`, '\n<!-- /table -->']
    const document = readFileSync(DOCUMENT, 'utf8')
    const from = document.indexOf(start) + start.length
    const to = document.indexOf(end, from)
    if (process.env['NEURITE_ATTACKS_WRITE'] !== undefined && to > 0) {
      writeFileSync(DOCUMENT, document.slice(0, from) + this.text + document.slice(to))
      return
    }
    expect(document.slice(from, to), `the table "${this.name}" of docs/attacks.md`).toBe(this.text)
  }
}

/** `1.23`, or `1.20 to 1.30` where runs differ. */
export function span(values: readonly number[], digits = 2): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits))
  return least === most ? least! : `${least} to ${most}`
}

/** The same in hundredths. */
export function percents(values: readonly number[], digits = 1): string {
  return `${span(
    values.map((value) => value * 100),
    digits,
  )} %`
}
