/**
 * Trains the classifier and writes its weights.
 *
 * npx tsx bench/train/train.ts <folder> [--dry] [--alarms]
 *
 * The folder holds `train.jsonl` and ATTRIBUTION.md, which names sources and licences. The same data give the same weights, byte for byte.
 * Five models, each trained without a fifth of the sources, show what scores unseen harmless texts get; the operating points come from there.
 * `--dry` writes nothing; `--alarms` prints the harmless texts that scored highest.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSynthetic, type Row, readRows } from './data.ts'
import { quantise, writeWeights } from './quantise.ts'
import { synthesise } from './synthetic.ts'
import { Trainer } from './trainer.ts'

/** Share of unseen harmless texts above the operating points high, balanced, low, by channel; and where the score begins. */
const shares = { chat: [0.05, 0.01, 0.004, 0.001], tool: [0.05, 0.01, 0.0015, 0.0005], definition: [0.05, 0.02, 0.004, 0.001] } as const

/** Real texts only where there are enough: templates are easy to be quiet on, and would let the alarms on real ones rise. */
const channels = {
  chat: (row: Row) => row.kind === 'benign-chat',
  tool: (row: Row) => ['benign-doc', 'benign-code', 'tool-output'].includes(row.kind) && !isSynthetic(row),
  definition: (row: Row) => row.kind === 'tool-description' || row.source === 'synth:everyday-tools',
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: npx tsx bench/train/train.ts <folder> [--dry] [--alarms]')

const started = performance.now()
const { rows: given, sha256 } = readRows(join(folder, 'train.jsonl'))
const rows = [...given, ...synthesise(given, 5)]
console.log(`train.jsonl: ${given.length} texts, sha256 ${sha256}; ${rows.length - given.length} more from templates`)
const attribution = readFileSync(join(folder, 'ATTRIBUTION.md'), 'utf8').split('\n')
console.log(attribution.filter((line) => line.startsWith('|')).join('\n'))

const trainer = new Trainer(rows)
console.log(`${trainer.samples.count} windows, ${trainer.samples.places.length} features, ${seconds()}`)
const unseen = trainer.unseenMargins()
console.log(`five models, each without a fifth of the sources: ${seconds()}\n`)

const points = Object.fromEntries(
  Object.entries(channels).map(([name, belongs]) => {
    const margins = [...unseen].filter((_, i) => rows[i]!.label === 0 && belongs(rows[i]!)).sort((a, b) => b - a)
    const at = (share: number) => margins[Math.floor(share * margins.length)]!
    console.log(
      `${name.padEnd(10)} ${margins.length} harmless texts`,
      [0.05, 0.02, 0.01, 0.005, 0.0025, 0.001, 0.0005].map((s) => `${s * 100}%: ${at(s).toFixed(2)}`).join('  '),
    )
    return [name, shares[name as keyof typeof shares].map(at)]
  }),
)

console.log('\nshare of texts above the balanced margins of chat, tool, definition:')
const table = new Map<string, { n: number; above: number[] }>()
rows.forEach((row, i) => {
  const source = row.label === 1 || isSynthetic(row) ? row.source : row.source.replace(/:.*/, '')
  const key = `${row.label === 1 ? 'attack  ' : 'harmless'} ${row.kind.padEnd(17)} ${source}`
  const entry = table.get(key) ?? { n: 0, above: [0, 0, 0] }
  table.set(key, entry)
  entry.n++
  Object.values(points).forEach((margins, j) => {
    if (unseen[i]! >= margins[2]!) entry.above[j]!++
  })
})
for (const [key, { n, above }] of [...table].sort())
  console.log(key.padEnd(66), String(n).padStart(6), above.map((part) => `${((100 * part) / n).toFixed(1)}%`.padStart(8)).join(''))

if (process.argv.includes('--alarms'))
  for (const i of [...unseen.keys()]
    .filter((i) => rows[i]!.label === 0)
    .sort((a, b) => unseen[b]! - unseen[a]!)
    .slice(0, 60))
    console.log(unseen[i]!.toFixed(2), rows[i]!.source, rows[i]!.kind, JSON.stringify(rows[i]!.text.slice(0, 200)))

const model = quantise(trainer.learn(() => true, 1))
console.log(
  `\nbias ${model.bias}, scale ${model.scale}, ${model.weights.reduce((n, weight) => n + (weight === 0 ? 0 : 1), 0)} weights that are not 0`,
)
if (!process.argv.includes('--dry')) writeWeights(new URL('../../src/scan/classifier/weights.ts', import.meta.url), model, points, sha256)
console.log(seconds())

function seconds(): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
