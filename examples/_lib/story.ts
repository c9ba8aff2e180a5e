/** Something an example said would happen, and whether it did. */
export interface Outcome {
  readonly what: string
  readonly held: boolean
}

/** Tells what happens in an example, and keeps count of what was promised. */
export interface Story {
  readonly outcomes: readonly Outcome[]
  scene(title: string): void
  /** One line of what happened: `sent`, `tool saw`, `client got`. */
  tell(who: string, what: unknown): void
  /** A promise of the example. It is printed, and a broken one fails the run. */
  expect(what: string, held: boolean): void
  /** Prints the count; the process ends with 0 only if every promise held. */
  end(): void
}

const coloured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
const paint = (code: number, text: string): string => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text)
const good = (text: string): string => paint(32, text)
const bad = (text: string): string => paint(31, text)

/** `quiet`: only the count is kept. */
export function createStory(title: string, { quiet = false } = {}): Story {
  const outcomes: Outcome[] = []
  const print = (line: string): void => {
    if (!quiet) console.log(line)
  }
  print(`\n${paint(1, title)}\n${'='.repeat(title.length)}`)
  return {
    outcomes,
    scene: (name) => print(`\n${paint(36, `- ${name}`)}`),
    tell: (who, what) => print(`    ${who.padEnd(12)} ${typeof what === 'string' ? what : JSON.stringify(what)}`),
    expect(what, held) {
      outcomes.push({ what, held })
      print(`    ${held ? good('ok') : bad('BROKEN')} ${what}`)
      if (!held) process.exitCode = 1
    },
    end() {
      const broken = outcomes.filter((outcome) => !outcome.held)
      print(`\n${outcomes.length - broken.length} of ${outcomes.length} promises held.`)
      for (const { what } of broken) print(bad(`broken: ${what}`))
    },
  }
}

/** One row for each promise, one column for each way it was run. */
export function printSummary(columns: readonly { readonly name: string; readonly story: Story }[]): void {
  const rows = [...new Set(columns.flatMap(({ story }) => story.outcomes.map(({ what }) => what)))]
  const wide = Math.max(...rows.map((row) => row.length))
  console.log(`\n${'what was promised'.padEnd(wide)}  ${columns.map(({ name }) => name).join('  ')}`)
  console.log(`${'-'.repeat(wide)}  ${columns.map(({ name }) => '-'.repeat(name.length)).join('  ')}`)
  for (const row of rows) {
    const cells = columns.map(({ name, story }) => {
      const held = story.outcomes.filter(({ what }) => what === row).map((outcome) => outcome.held)
      const cell = held.length === 0 ? '-' : held.every(Boolean) ? 'ok' : 'BROKEN'
      return (cell === 'BROKEN' ? bad : good)(cell.padEnd(name.length))
    })
    console.log(`${row.padEnd(wide)}  ${cells.join('  ')}`)
  }
}
