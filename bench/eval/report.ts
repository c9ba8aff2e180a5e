/** Rules, classifier, both. */
export const columns = [0, 1, 2] as const

/** Flagged by the rules alone, the classifier alone, both. */
export type Flags = readonly [rules: boolean, classifier: boolean, both: boolean]

/** Texts of one source that are evidence for the same. */
export interface Line {
  readonly group: string
  readonly source: string
  readonly setAside: boolean
  n: number
  readonly flagged: [rules: number, classifier: number, both: number]
}

/** Counts texts by group and source. */
export class Tally {
  readonly #lines = new Map<string, Line>()

  count(group: string, source: string, flags: Flags, setAside = false): void {
    const key = `${group}\n${source}`
    let line = this.#lines.get(key)
    if (line === undefined) this.#lines.set(key, (line = { group, source, setAside, n: 0, flagged: [0, 0, 0] }))
    line.n++
    for (const i of columns) if (flags[i]) line.flagged[i]++
  }

  get lines(): readonly Line[] {
    return [...this.#lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line)
  }
}

type Shares = readonly [rules: number, classifier: number, both: number]

/** Share flagged of a group: over its texts, and the mean over its sources. */
export interface Summary {
  readonly group: string
  readonly n: number
  readonly sources: number
  readonly micro: Shares
  readonly macro: Shares
}

export function summarise(lines: readonly Line[], group: string): Summary {
  const n = lines.reduce((sum, line) => sum + line.n, 0)
  const micro = columns.map((i) => lines.reduce((sum, line) => sum + line.flagged[i], 0) / n) as unknown as Shares
  const macro = columns.map((i) => lines.reduce((sum, line) => sum + line.flagged[i] / line.n, 0) / lines.length) as unknown as Shares
  return { group, n, sources: lines.length, micro, macro }
}

/** Every group, and what of it was set aside. */
export function summaries(lines: readonly Line[]): readonly Summary[] {
  return [...new Set(lines.map((line) => line.group))].flatMap((group) => {
    const own = lines.filter((line) => line.group === group)
    const unread = own.filter((line) => line.setAside)
    return unread.length === 0 || unread.length === own.length
      ? [summarise(own, group)]
      : [summarise(own, group), summarise(unread, `${group}; set aside`)]
  })
}

/** Prints every line under its group, then all groups once more. */
export function print(lines: readonly Line[]): void {
  const row = (name: string, n: number, shares: Shares) =>
    console.log(`${name.padEnd(62)}${String(n).padStart(6)}${shares.map((share) => `${(100 * share).toFixed(1)} %`.padStart(10)).join('')}`)
  const head = `${' '.repeat(67)}n     rules  classif.      both`
  console.log(head)
  let group = ''
  for (const { group: own, source, setAside, n, flagged } of lines) {
    if (own !== group) console.log(`\n${(group = own)}`)
    row(`${setAside ? '* ' : '  '}${source}`, n, flagged.map((part) => part / n) as unknown as Shares)
  }
  console.log(`\n* misses and false alarms not read while rules were written\n\n${head}`)
  for (const { group: name, n, micro, macro, sources } of summaries(lines)) {
    row(name, n, micro)
    if (sources > 1) row(`  mean over ${sources}`, n, macro)
  }
}
