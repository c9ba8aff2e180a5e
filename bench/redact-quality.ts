/**
 * Recall and false positives of redaction on labelled data, per kind.
 *
 * npx tsx bench/redact-quality.ts <folder> [misses]
 *
 * The folder holds `presidio-research-v2.jsonl` (`{ text, spans: [{ start, end, type }] }`, from microsoft/presidio-research, MIT) and
 * `secrets-labelled.jsonl` (`{ text, positive, variant }`, from Yelp/detect-secrets, Apache-2.0, and gitleaks, MIT).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRedactor } from 'safe-mcp/redact'
import { credentials } from 'safe-mcp/redact/credentials'
import { evasions } from 'safe-mcp/redact/evasions'
import { finance } from 'safe-mcp/redact/finance'
import { hidden } from 'safe-mcp/redact/hidden'
import { nationalIds } from 'safe-mcp/redact/national-ids'
import { network } from 'safe-mcp/redact/network'
import { personal } from 'safe-mcp/redact/personal'
import { secretsMore } from 'safe-mcp/redact/secrets-more'

const [folder, verbose] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: npx tsx bench/redact-quality.ts <folder> [misses]')

const lines = <T>(file: string): T[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T)

/** What the data calls our kinds. Its dates are any dates, its addresses any places; ours are dates of birth and streets. */
const types: Readonly<Record<string, readonly string[]>> = {
  EMAIL: ['pii/email'],
  PHONE: ['pii/phone'],
  CREDIT_CARD: ['pii/card'],
  US_SSN: ['pii/ssn'],
  IBAN: ['pii/iban'],
  IP: ['pii/ip-address'],
  ADDRESS: ['pii/street-address'],
  DATE: ['pii/date-of-birth'],
}

const everything = createRedactor({
  rules: [...credentials, ...evasions, ...finance, ...hidden, ...nationalIds, ...network, ...personal, ...secretsMore],
})
const base = createRedactor()
const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)}%`)

interface Sentence {
  readonly text: string
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: string }[]
}

function personalData(name: string, redactor: ReturnType<typeof createRedactor>): void {
  const tally = new Map<string, { labelled: number; found: number; alarms: number }>()
  const of = (type: string) => {
    const row = tally.get(type) ?? { labelled: 0, found: 0, alarms: 0 }
    tally.set(type, row)
    return row
  }
  for (const { text, spans } of lines<Sentence>('presidio-research-v2.jsonl')) {
    const found = redactor.redact(text).findings.map(({ rule, range }) => ({ rule, start: range![0], end: range![1] }))
    for (const span of spans) {
      const rules = types[span.type]
      if (rules === undefined) continue
      const row = of(span.type)
      row.labelled++
      if (found.some((one) => one.start <= span.start && one.end >= span.end)) row.found++
      else if (verbose === 'misses') console.log('miss', span.type, JSON.stringify(text.slice(Math.max(0, span.start - 15), span.end + 5)))
    }
    for (const one of found) {
      if (spans.some((span) => span.start < one.end && span.end > one.start && types[span.type]?.length)) continue
      of(one.rule).alarms++
      if (verbose === 'misses') console.log('alarm', one.rule, JSON.stringify(text.slice(Math.max(0, one.start - 15), one.end + 5)))
    }
  }
  console.log(`\npersonal data, ${name}\n${'type'.padEnd(28)}labelled  recall  false alarms`)
  for (const [type, { labelled, found, alarms }] of [...tally].sort())
    console.log(`${type.padEnd(28)}${String(labelled).padStart(8)}${percent(found, labelled).padStart(8)}${String(alarms).padStart(8)}`)
}

interface SecretLine {
  readonly text: string
  readonly positive: boolean
  readonly variant: string
  readonly source: string
}

function secrets(name: string, redactor: ReturnType<typeof createRedactor>): void {
  const sources = new Map<string, { positive: number; found: number; negative: number; alarms: number }>()
  const rules = new Map<string, { found: number; alarms: number }>()
  const missed = new Map<string, { positive: number; found: number }>()
  for (const { text, positive, variant, source } of lines<SecretLine>('secrets-labelled.jsonl')) {
    const hits = new Set(
      redactor
        .redact(text)
        .findings.map(({ rule }) => rule)
        .filter((rule) => rule.startsWith('secret/')),
    )
    const row = sources.get(source) ?? { positive: 0, found: 0, negative: 0, alarms: 0 }
    const group = missed.get(variant) ?? { positive: 0, found: 0 }
    sources.set(source, row)
    missed.set(variant, group)
    for (const rule of hits) {
      const tally = rules.get(rule) ?? { found: 0, alarms: 0 }
      rules.set(rule, tally)
      tally[positive ? 'found' : 'alarms']++
    }
    row[positive ? 'positive' : 'negative']++
    if (positive) group.positive++
    if (hits.size > 0) row[positive ? 'found' : 'alarms']++
    if (hits.size > 0 && positive) group.found++
    if (verbose === 'misses' && hits.size > 0 !== positive)
      console.log(positive ? 'miss' : 'alarm', name, variant, [...hits].join(), JSON.stringify(text.slice(0, 160)))
  }
  console.log(`\nsecrets, ${name}\n${'source'.padEnd(48)}recall          false alarms`)
  for (const [source, { positive, found, negative, alarms }] of sources)
    console.log(`${source.padEnd(48)}${`${found}/${positive}`.padEnd(9)}${percent(found, positive).padEnd(7)}${alarms}/${negative}`)
  console.log(`\n${'rule'.padEnd(34)}found  on lines labelled clean`)
  for (const [rule, { found, alarms }] of [...rules].sort())
    console.log(`${rule.padEnd(34)}${String(found).padStart(5)}  ${alarms === 0 ? '' : alarms}`)
  const rest = [...missed]
    .filter(([, { positive, found }]) => found < positive)
    .map(([variant, of]) => `${variant} ${of.found}/${of.positive}`)
  console.log(`\nnot found, or not all of them: ${rest.join(', ')}`)
}

for (const [name, redactor] of [
  ['base set', base],
  ['every pack', everything],
] as const) {
  personalData(name, redactor)
  secrets(name, redactor)
}
