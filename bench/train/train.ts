/**
 * Trains the classifier and writes its weights.
 *
 * npx tsx bench/train/train.ts <folder> [--dry] [--alarms]
 *
 * The folder holds `train.jsonl` and ATTRIBUTION.md, which names sources and licences. The same data give the same weights, byte for byte.
 * Models that were trained without a group of sources show what unseen harmless texts score; the operating points come from there.
 * `--dry` writes nothing; `--alarms` prints the harmless texts that scored highest.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSynthetic, type Row, readRows } from './data.ts'
import { writeWeights } from './quantise.ts'
import { synthesise } from './synthetic.ts'
import { Trainer } from './trainer.ts'

/** Share of unseen harmless texts above the place where the score begins, and above the operating points high, balanced, low. */
const shares = {
  chat: { order: [0.012, 0.006, 0.0025, 0.0007], story: [0.015, 0.006, 0.0025, 0.0005] },
  tool: { order: [0.006, 0.004, 0.0012, 0.0005], story: undefined },
  definition: { order: [0.008, 0.005, 0.002, 0.001], story: undefined },
} as const

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
console.log(`windows cut: ${seconds()}`)
const unseen = trainer.unseenMargins()
console.log(`models without a group of sources each: ${seconds()}\n`)

const points = Object.fromEntries(
  Object.entries(channels).map(([channel, belongs]) => {
    const quiet = rows.flatMap((row, i) => (row.label === 0 && belongs(row) ? [i] : []))
    const of = (name: 'order' | 'story') => {
      const wanted: readonly number[] | undefined = shares[channel as keyof typeof shares][name]
      if (wanted === undefined) return undefined
      const margins = quiet.map((i) => unseen[name][i]!).sort((a, b) => b - a)
      const at = (share: number) => margins[Math.floor(share * margins.length)]!
      console.log(
        `${channel.padEnd(10)} ${name} ${quiet.length} harmless texts`,
        [0.05, 0.02, 0.01, 0.005, 0.0025, 0.001, 0.0005].map((share) => `${share * 100}%: ${at(share).toFixed(2)}`).join('  '),
      )
      return wanted.map(at)
    }
    return [channel, { order: of('order')!, story: of('story') }]
  }),
)

if (process.argv.includes('--alarms'))
  for (const name of ['order', 'story'] as const)
    for (const i of [...rows.keys()]
      .filter((i) => rows[i]!.label === 0)
      .sort((a, b) => unseen[name][b]! - unseen[name][a]!)
      .slice(0, 60))
      console.log(name, unseen[name][i]!.toFixed(2), rows[i]!.source, rows[i]!.kind, JSON.stringify(rows[i]!.text.slice(0, 200)))

const models = trainer.learn(() => true, 1)
for (const [name, { bias, scale, weights }] of Object.entries(models))
  console.log(`${name}: bias ${bias}, scale ${scale}, ${weights.filter((weight: number) => weight !== 0).length} weights that are not 0`)
if (!process.argv.includes('--dry')) writeWeights(new URL('../../src/scan/classifier/weights.ts', import.meta.url), models, points, sha256)
console.log(seconds())

function seconds(): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
