import { printable } from '../../src/lib/printable.ts'

/** What a command has of its process. Lines go out escaped: a name a server chose cannot drive the terminal. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdinIsTerminal: boolean
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  out(line: string): void
  err(line: string): void
}

/** One line as a terminal may show it. */
export function lineOf(text: string): string {
  return `${printable(text, Number.POSITIVE_INFINITY)}\n`
}

/** A report for machines: indented JSON, ASCII only, so that it needs no escaping by anybody. */
export function writeJson(io: Io, value: unknown): void {
  const ascii = JSON.stringify(value, null, 2).replace(
    /[^\n\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  for (const line of ascii.split('\n')) io.out(line)
}

/** Says on stderr how far long work is: nothing in the first second, then at most one line a second. */
export function createProgress(io: Io, what: string): (done: number, total: number) => void {
  let next = Date.now() + 1000
  return (done, total) => {
    if (Date.now() < next) return
    next = Date.now() + 1000
    io.err(`${what}: ${done} of ${total}`)
  }
}

/** Text in columns, two spaces apart; the last column is as long as it likes. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  const pad = (cell: string, i: number, row: readonly string[]): string => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number))
  return rows.map((row) => (indent + row.map(pad).join('  ')).trimEnd())
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
