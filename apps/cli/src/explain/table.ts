/** Tables and paragraphs that fit a width. */
import { stripVTControlCharacters } from 'node:util'
import type { Colours } from '../up/render.ts'

export interface Column<R> {
  readonly title: string
  readonly align: 'left' | 'right'
  readonly cell: (row: R) => string
  /** What it means, for those who see it for the first time. */
  readonly means?: string
  /** Columns with the highest go first when the table is too wide. @default 0: never */
  readonly expendable?: number
}

export interface Page {
  readonly width: number
  readonly colours: Colours
}

const GAP = 2
const widthOf = (text: string): number => stripVTControlCharacters(text).length

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + space : space + text
}

/** Those of the columns that fit beside each other, the dispensable left out first. */
export function fittingColumns<R>(columns: readonly Column<R>[], rows: readonly R[], width: number): Column<R>[] {
  const shown = [...columns]
  const widthOfAll = (): number => shown.reduce((sum, column) => sum + columnWidth(column, rows) + GAP, -GAP)
  while (widthOfAll() > width) {
    const last = Math.max(...shown.map(({ expendable = 0 }) => expendable))
    if (last === 0) break
    shown.splice(
      shown.findIndex(({ expendable = 0 }) => expendable === last),
      1,
    )
  }
  return shown
}

function columnWidth<R>({ title, cell }: Column<R>, rows: readonly R[]): number {
  return Math.max(widthOf(title), ...rows.map((row) => widthOf(cell(row))))
}

export function table<R>(columns: readonly Column<R>[], rows: readonly R[], { colours }: Page): string {
  const widths = columns.map((column) => columnWidth(column, rows))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i]!, columns[i]!.align))
      .join(' '.repeat(GAP))
      .trimEnd()
  return [
    colours.bold(line(columns.map(({ title }) => title))),
    colours.dim(line(widths.map((width) => '─'.repeat(width)))),
    ...rows.map((row) => line(columns.map(({ cell }) => cell(row)))),
  ].join('\n')
}

/** Text broken at words; later lines are set in as far as `lead` is long. */
export function paragraph(text: string, width: number, lead = ''): string {
  const room = Math.max(20, width - lead.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + widthOf(word) + 1 > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((part, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + part).join('\n')
}
