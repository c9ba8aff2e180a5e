/*
 * How well the rules detect, by source.
 *
 *   node bench/eval/rules.ts [--data folder] [--json file]
 *
 * The folder holds `injection/train.jsonl`, `injection/dev.jsonl` and `safe-mcp-cases/dev.jsonl`; without one, the excerpt beside this
 * file is evaluated. Weights and thresholds were set on the training half.
 * Of sources marked `*` no misses or false alarms were printed meanwhile; see docs/guards/input.md for what that is worth.
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createScanner } from '../../src/scan/index.ts'
import { type Case, isHeldOut, readCatalogue, readInjection } from './corpus.ts'
import { summarise, type Tally, tally } from './report.ts'
import { transforms } from './transforms.ts'

const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'string' } } })
const here = dirname(fileURLToPath(import.meta.url))
const cases: Case[] = values.data
  ? [
      ...readInjection(join(values.data, 'injection/train.jsonl')),
      ...readInjection(join(values.data, 'injection/dev.jsonl')),
      ...readCatalogue(values.data),
    ]
  : readInjection(join(here, 'dev.jsonl'))
const scanner = createScanner()
const judge = (item: Case) => item.texts.some((text) => scanner.scan(text, { slot: item.slot }).flagged)

const table = tally(cases, judge)
console.log('source'.padEnd(52), 'kind'.padEnd(20), 'label '.padEnd(7), 'n'.padStart(6), 'flagged')
for (const row of table)
  console.log(
    `${isHeldOut(row.source) ? '* ' : '  '}${row.source}`.padEnd(52),
    row.kind.padEnd(20),
    row.label ? 'attack ' : 'benign ',
    String(row.n).padStart(6),
    percent(row),
  )

const summary = summarise(table)
console.log()
for (const [name, figures] of Object.entries(summary)) console.log(name.padEnd(44), figures)

// The same attacks in disguise: overt payloads and direct attacks the plain scan finds, one of each wording.
const overt = sample(
  cases
    .filter((item) => item.label === 1 && judge(item))
    .map((item) => item.payload ?? item.texts[0]!)
    .filter((text) => text.length < 300),
  109,
)
const harmless = sample(
  cases.filter((item) => item.label === 0).map((item) => item.texts[0]!.slice(0, 300)),
  160,
)
const disguised: Record<string, { recall: number; falseAlarms: number }> = {}
for (const [name, transform] of Object.entries(transforms)) {
  const share = (texts: readonly string[]) =>
    texts.filter((text) => scanner.scan(transform(text), { slot: 'tool-result' }).flagged).length / texts.length
  disguised[name] = { recall: share(overt), falseAlarms: share(harmless) }
}
console.log(`\ndisguise (${overt.length} attacks, ${harmless.length} harmless texts)`.padEnd(52), 'recall', 'false alarms')
for (const [name, { recall, falseAlarms }] of Object.entries(disguised))
  console.log(name.padEnd(52), (recall * 100).toFixed(1).padStart(5), (falseAlarms * 100).toFixed(1).padStart(8))
const mean = (pick: 'recall' | 'falseAlarms') =>
  Object.values(disguised).reduce((sum, row) => sum + row[pick], 0) / Object.keys(disguised).length
console.log('mean'.padEnd(52), (mean('recall') * 100).toFixed(1).padStart(5), (mean('falseAlarms') * 100).toFixed(1).padStart(8))

if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ node: process.version, detector: 'rules', table, summary, disguised }, null, 2)}\n`)

function percent({ n, flagged }: Tally): string {
  return `${((100 * flagged) / n).toFixed(1)} %`.padStart(7)
}

function sample(texts: readonly string[], count: number): readonly string[] {
  const step = Math.max(1, texts.length / count)
  return Array.from({ length: Math.min(count, texts.length) }, (_, i) => texts[Math.floor(i * step)]!)
}
