/**
 * Detection, measured: rules alone, classifier alone, both, by source.
 *
 * npx tsx bench/eval/eval.ts [folder] [--sensitivity low|balanced|high] [--misses] [--json file]
 *
 * Without a folder it measures on what is beside this file, which no training saw. A folder with `train.jsonl` adds an estimate for sources
 * nobody has seen: classifiers trained without a source, or without a family of templates, judge it. Operating points come from
 * training data only. The figures go to excerpt.json or results.json beside this file.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SlotKind } from '../../src/core/finding.ts'
import { createRedactor } from '../../src/redact/index.ts'
import { credentials } from '../../src/redact/packs/credentials.ts'
import { calibrationOf, scoreOf } from '../../src/scan/classifier/calibration.ts'
import { classifier, score } from '../../src/scan/classifier/index.ts'
import { createScanner } from '../../src/scan/index.ts'
import { type Sensitivity, thresholdOf } from '../../src/scan/score.ts'
import { isSynthetic, readRows } from '../train/data.ts'
import { synthesise } from '../train/synthetic.ts'
import { Trainer } from '../train/trainer.ts'
import { groupOf, isSetAside, readCatalogue, slotOf, slotOfCase, textsOf } from './corpus.ts'
import { everyday, overt } from './overt.ts'
import { columns, type Flags, print, summaries, Tally } from './report.ts'
import { transforms } from './transforms.ts'

const { values, positionals } = parseArgs({
  options: { sensitivity: { type: 'string', default: 'balanced' }, misses: { type: 'boolean' }, json: { type: 'string' } },
  allowPositionals: true,
})
const sensitivity = values.sensitivity as Sensitivity
const [folder] = positionals
const here = new URL('./', import.meta.url)

const rules = createScanner({ sensitivity })
const both = createScanner({ sensitivity, detectors: [classifier()] })
const tally = new Tally()

function judged(text: string, slot: SlotKind): Flags {
  return [rules.scan(text, { slot }).flagged, score(text, { slot }) >= thresholdOf(sensitivity, slot), both.scan(text, { slot }).flagged]
}

function count(group: string, source: string, flags: Flags, expected: boolean, text: string, setAside = false): void {
  tally.count(group, source, flags, setAside)
  if (values.misses && flags[2] !== expected)
    console.log(expected ? 'missed' : 'alarm ', `${group}, ${source}`, JSON.stringify(text.slice(0, 240)))
}

/** The same texts in every disguise, as a tool would hand them on. */
function countDisguised(what: string, attacks: readonly string[], harmless: readonly string[]): void {
  for (const [name, transform] of Object.entries(transforms)) {
    for (const text of attacks) count(`disguised attacks (${what})`, name, judged(transform(text), 'tool-result'), true, text)
    for (const text of harmless) count(`disguised harmless texts (${what})`, name, judged(transform(text), 'tool-result'), false, text)
  }
}

// Development sets.
for (const row of readRows(new URL('dev.jsonl', here).pathname).rows)
  count(`development ${row.label === 1 ? 'attacks' : 'harmless'}`, row.source, judged(row.text, slotOf(row)), row.label === 1, row.text)

// The catalogue, by the guard of its kind: what leaves is looked at by the redactor as well, so once more with that, and with the pack that
// knows credentials by the names they stand under.
const redactors = { 'redactor for outputs': createRedactor(), 'redactor with credentials': createRedactor({ rules: credentials }) }
for (const one of readCatalogue(new URL('catalogue.jsonl', here))) {
  const texts = textsOf(one)
  const each = texts.map((text) => judged(text, slotOfCase[one.kind]))
  const scanned = columns.map((i) => each.some((flags) => flags[i])) as unknown as Flags
  const group = one.expected === 'benign' ? 'catalogue, harmless' : `catalogue, ${one.scope}`
  count(`${group}; scanner`, one.kind, scanned, one.expected === 'malicious', `${one.id}: ${texts.join(' | ')}`)
  for (const [name, redactor] of Object.entries(redactors)) {
    const leaks = one.kind === 'output' && texts.some((text) => redactor.redact(text).findings.length > 0)
    tally.count(`${group}; scanner, and ${name}`, one.kind, columns.map((i) => scanned[i] || leaks) as unknown as Flags)
  }
}

countDisguised('own sentences', overt, everyday)

// What training leaves out in turn.
let trainingData: string | undefined
if (folder !== undefined) {
  const { rows: given, sha256 } = readRows(join(folder, 'train.jsonl'))
  trainingData = sha256
  const rows = [...given, ...synthesise(given, 5)]
  const unseen = new Trainer(rows).unseenMargins()
  rows.forEach((row, i) => {
    const slot = slotOf(row)
    const margins = { order: { margin: unseen.order[i]! }, story: { margin: unseen.story[i]! } }
    const own = scoreOf(margins, calibrationOf(slot, 'balanced'))
    const byRules = rules.scan(row.text, { slot })
    const limit = thresholdOf(sensitivity, slot)
    const flags: Flags = [byRules.flagged, own >= limit, 1 - (1 - byRules.score) * (1 - own) >= limit]
    count(`left out: ${groupOf(row)}`, row.source, flags, row.label === 1, row.text, isSetAside(row.source))
  })
  const spread = (texts: readonly string[], wanted: number) =>
    Array.from({ length: wanted }, (_, i) => texts[Math.floor((i * texts.length) / wanted)]!)
  const payloads = given.filter((row) => row.label === 1 && row.kind === 'indirect' && row.payload !== undefined)
  countDisguised(
    'training data',
    spread(
      payloads.map(({ text, payload }) => [...text].slice(...payload!).join('')),
      109,
    ),
    spread(
      given.filter((row) => row.label === 0 && !isSynthetic(row)).map(({ text }) => text.slice(0, 300)),
      160,
    ),
  )
}

print(tally.lines)
const weights = createHash('sha256')
  .update(readFileSync(new URL('../../src/scan/classifier/weights.ts', here)))
  .digest('hex')
const share = (value: number) => Number(value.toFixed(4))
const results = {
  sensitivity,
  weights,
  trainingData: trainingData ?? null,
  summary: summaries(tally.lines).map(({ group, n, sources, micro, macro }) => ({
    group,
    n,
    rules: share(micro[0]),
    classifier: share(micro[1]),
    both: share(micro[2]),
    sources,
    meanRules: share(macro[0]),
    meanClassifier: share(macro[1]),
    meanBoth: share(macro[2]),
  })),
  lines: tally.lines.map(({ group, source, setAside, n, flagged: [rules, classifier, both] }) => {
    return { group, source, setAside, n, rules, classifier, both }
  }),
}
writeFileSync(values.json ?? new URL(folder === undefined ? 'excerpt.json' : 'results.json', here), `${JSON.stringify(results, null, 2)}\n`)
