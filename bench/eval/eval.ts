/**
 * Detection, measured: rules alone, classifier alone, both, at the balanced thresholds (or another: --sensitivity low|high).
 *
 * npx tsx bench/eval/eval.ts [folder] [--sensitivity low|balanced|high] [--misses]
 *
 * Without a folder it measures on the excerpt beside this file, which no training saw. A folder with `train.jsonl` adds an estimate for sources nobody has seen:
 * models trained without a source judge that source. Operating points come from training data only. Writes bench/eval/results.json.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SlotKind } from '../../src/core/finding.ts'
import { calibrationOf, scoreAt } from '../../src/scan/classifier/calibration.ts'
import { classifier, score } from '../../src/scan/classifier/index.ts'
import { createScanner, walkStrings } from '../../src/scan/index.ts'
import { type Sensitivity, thresholdOf } from '../../src/scan/score.ts'
import { isSynthetic, type Row, readRows } from '../train/data.ts'
import { synthesise } from '../train/synthetic.ts'
import { Trainer } from '../train/trainer.ts'
import { everyday, overt } from './overt.ts'
import { transforms } from './transforms.ts'

const args = process.argv.slice(2)
const sensitivity = (args[args.indexOf('--sensitivity') + 1] ?? 'balanced') as Sensitivity
const chosen: Sensitivity = args.includes('--sensitivity') ? sensitivity : 'balanced'
const showMisses = args.includes('--misses')
const folder = args.find((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--sensitivity')

const rules = createScanner({ sensitivity: chosen })
const both = createScanner({ sensitivity: chosen, detectors: [classifier()] })

/** Flagged by rules alone, classifier alone, both. */
type Flags = readonly [boolean, boolean, boolean]
const flags = (text: string, slot: SlotKind): Flags => [
  rules.scan(text, { slot }).flagged,
  score(text, { slot }) >= thresholdOf(chosen, slot),
  both.scan(text, { slot }).flagged,
]

interface Line {
  readonly group: string
  readonly name: string
  n: number
  readonly flagged: [number, number, number]
}
const lines: Line[] = []
function count(group: string, name: string, flagged: Flags): void {
  let line = lines.find((one) => one.group === group && one.name === name)
  if (line === undefined) lines.push((line = { group, name, n: 0, flagged: [0, 0, 0] }))
  line.n++
  flagged.forEach((one, i) => {
    if (one) line.flagged[i as 0 | 1 | 2]++
  })
}

function stringsOf(value: unknown): string[] {
  const found: string[] = []
  walkStrings(value, ({ text }) => void found.push(text))
  return found
}

/** The slot a text of that kind travels in. */
function slotOf({ kind, source }: Row): SlotKind {
  if (kind === 'tool-description') return 'tool-definition'
  if (kind === 'indirect' || kind === 'tool-output' || kind.startsWith('benign-doc') || kind === 'benign-code') return 'tool-result'
  return kind === 'hard-negative' && !isSynthetic({ source } as Row) ? 'resource' : 'prompt'
}

function miss(what: string, text: string): void {
  if (showMisses) console.log(what, JSON.stringify(text.slice(0, 200)))
}

// Development sets.
const data = new URL('./', import.meta.url)
for (const row of readRows(new URL('dev.jsonl', data).pathname).rows) {
  const flagged = flags(row.text, slotOf(row))
  count(row.label === 1 ? 'dev attacks' : 'dev harmless', row.source, flagged)
  if (flagged[2] !== (row.label === 1)) miss(row.label === 1 ? 'missed' : 'alarm', row.text)
}

// The catalogue: every string of a message is judged where it stands.
interface Case {
  readonly id: string
  readonly kind: 'input' | 'output' | 'tool-definition'
  readonly text?: string
  readonly message?: unknown
  readonly expected: 'malicious' | 'benign'
  readonly scope: 'core' | 'stretch'
  readonly contested?: boolean
}
const caseSlots = { input: 'prompt', output: 'tool-result', 'tool-definition': 'tool-definition' } as const
for (const line of readFileSync(new URL('catalogue.jsonl', data), 'utf8').split('\n').filter(Boolean)) {
  const one = JSON.parse(line) as Case
  if (one.contested === true) continue
  const texts = one.text !== undefined ? [one.text] : stringsOf(one.message)
  const each = texts.map((text) => flags(text, caseSlots[one.kind]))
  const flagged: Flags = [each.some((f) => f[0]), each.some((f) => f[1]), each.some((f) => f[2])]
  count(one.expected === 'malicious' ? `catalogue ${one.scope}` : 'catalogue benign', one.kind, flagged)
  if (flagged[2] !== (one.expected === 'malicious')) miss(`${one.id} ${one.expected}`, texts.join(' | '))
}

// Disguises, and everyday sentences.
for (const [name, transform] of Object.entries(transforms)) {
  for (const text of overt) {
    const flagged = flags(transform(text), 'prompt')
    count('disguised attacks', name, flagged)
    if (!flagged[2]) miss(`missed ${name}`, text)
  }
  for (const text of everyday) {
    const flagged = flags(transform(text), 'prompt')
    count('disguised harmless', name, flagged)
    if (flagged[2]) miss(`alarm ${name}`, text)
  }
}

// Sources left out of training in turn.
let checksum: string | undefined
if (folder !== undefined) {
  const file = ['train.jsonl', 'injection/train.jsonl'].map((name) => join(folder, name)).find(existsSync)
  if (file === undefined) throw new Error(`${folder} holds no train.jsonl`)
  const { rows: given, sha256 } = readRows(file)
  const rows = [...given, ...synthesise(given, 5)]
  checksum = sha256
  const trainer = new Trainer(rows)
  const margins = trainer.unseenMargins()
  // Attacks: the whole source at once, synthetic families too.
  for (const source of new Set(rows.filter((row) => row.label === 1).map((row) => row.source))) {
    const group = source.startsWith('synth:') ? source : source.replace(/:.*/, '')
    const model = trainer.learn((row) => row.source !== source && !row.source.startsWith(group), 7)
    const own = trainer.margins(model, (row) => row.source === source && row.label === 1)
    rows.forEach((row, i) => {
      if (row.source === source && row.label === 1) margins[i] = own[i]!
    })
  }
  rows.forEach((row, i) => {
    const slot = slotOf(row)
    const own = scoreAt(margins[i]!, calibrationOf(slot, 'balanced'))
    const result = rules.scan(row.text, { slot })
    const limit = thresholdOf(chosen, slot)
    const flagged: Flags = [result.flagged, own >= limit, 1 - (1 - result.score) * (1 - own) >= limit]
    const name =
      row.label === 1
        ? row.source
        : isSynthetic(row)
          ? row.source
          : `${row.kind} ${row.source.replace(/:.*/, (part) => (/^(bg|prose|agentdoc|secdoc)/.test(row.source) ? '' : part))}`
    count(
      row.label === 1 ? `left out: ${row.kind}` : `left out: harmless ${slot}`,
      row.label === 1 || isSynthetic(row) ? name : row.kind,
      flagged,
    )
    if (row.label === 0 && flagged[2]) miss(`alarm ${row.source}`, row.text)
  })
}

const percent = (part: number, n: number) => `${((100 * part) / n).toFixed(1)}%`.padStart(8)
let group = ''
console.log(`sensitivity ${chosen}; share flagged by${' '.repeat(33)}n   rules classif.    both`)
for (const line of [...lines].sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0))) {
  if (line.group !== group) {
    group = line.group
    const all = lines.filter((one) => one.group === group)
    const n = all.reduce((sum, one) => sum + one.n, 0)
    const micro = [0, 1, 2].map((i) =>
      percent(
        all.reduce((sum, one) => sum + one.flagged[i as 0]!, 0),
        n,
      ),
    )
    console.log(`\n${group.padEnd(54)}${String(n).padStart(6)}${micro.join('')}`)
    const macro = [0, 1, 2].map((i) =>
      percent(
        all.reduce((sum, one) => sum + one.flagged[i as 0]! / one.n, 0),
        all.length,
      ),
    )
    if (all.length > 1) console.log(`${'  mean over lines'.padEnd(60)}${macro.join('')}`)
  }
  console.log(`  ${line.name.padEnd(52)}${String(line.n).padStart(6)}${line.flagged.map((part) => percent(part, line.n)).join('')}`)
}

const weights = createHash('sha256')
  .update(readFileSync(new URL('../../src/scan/classifier/weights.ts', import.meta.url)))
  .digest('hex')
const results = {
  sensitivity: chosen,
  weights,
  trainingData: checksum ?? null,
  lines: lines.map(({ group, name, n, flagged: [rulesAlone, classifierAlone, together] }) => {
    return { group, name, n, rules: rulesAlone, classifier: classifierAlone, both: together }
  }),
}
writeFileSync(new URL('./results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`)
