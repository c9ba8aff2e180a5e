/*
 * How fast the scanner is, as ratios within one run: never in absolute figures, which belong to a machine.
 *
 *   node bench/scan/speed.ts [--json file] [--rounds n]
 *
 * Variants take turns (A, B, C, A, B, C, ...), each slice long enough to be timed; the ratio is the median over rounds.
 * Results are consumed, texts are flat strings. Hostile inputs run in a child process each, with a time limit.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createScanner, type Scanner } from '../../src/scan/index.ts'
import { Phrases } from '../../src/scan/matcher/index.ts'
import { compileRules } from '../../src/scan/program.ts'
import { gapsOf, partsOf } from '../../src/scan/rule.ts'
import { defaultRules } from '../../src/scan/rulesets.ts'
import { sketch } from '../../src/scan/sketch.ts'
import { triggerWords } from '../../src/scan/triggers.ts'
import { hostile } from './hostile.ts'
import { toolCall, toolsList } from './messages.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string' },
    hostile: { type: 'string' },
    build: { type: 'boolean' },
    matcher: { type: 'boolean' },
  },
})
const rounds = Number(values.rounds ?? 11)
let sink = 0
/** Shortest slice that is timed. */
const shortestMs = 5

if (values.build) {
  const start = performance.now()
  createScanner().gate(new TextEncoder().encode('{"a":"b"}'))
  console.log(performance.now() - start)
} else if (values.matcher) {
  const { literals } = compileRules(
    defaultRules().map((rule) => sketch(rule).rule),
    triggerWords,
  )
  const start = performance.now()
  new Phrases(literals, { leet: true, collapse: true, ascii: true })
  console.log(performance.now() - start)
} else if (values.hostile) timeHostile(values.hostile)
else report()

/** Median ratio of the first variant to each other one. */
function ratios(variants: Readonly<Record<string, () => void>>, repeats: number): Record<string, number> {
  const names = Object.keys(variants)
  const times = new Map(names.map((name) => [name, [] as number[]]))
  for (let round = -2; round < rounds; round++) {
    for (const name of names) {
      const run = variants[name]!
      const start = performance.now()
      for (let i = 0; i < repeats; i++) run()
      if (round >= 0) times.get(name)!.push(performance.now() - start)
    }
  }
  const [first, ...others] = names as [string, ...string[]]
  return Object.fromEntries(others.map((name) => [name, median(times.get(first)!.map((t, i) => t / times.get(name)![i]!))]))
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1]!
}

function report(): void {
  const scanner = createScanner()
  // A second scanner with other rules: closures that are fast alone may be slow in company.
  createScanner({ rules: { off: ['persona'] } }).gate(new TextEncoder().encode('{}'))
  const encoder = new TextEncoder()
  const out: Record<string, unknown> = { node: process.version }
  const messages = {
    'tools/call 1 KB': toolCall(1),
    'tools/call 10 KB': toolCall(10),
    'tools/call 100 KB': toolCall(100),
    'tools/list 1 KB': toolsList(1),
    'tools/list 100 KB': toolsList(100),
  }
  console.log('gate over raw bytes / JSON.parse of the same')
  for (const [name, message] of Object.entries(messages)) {
    const text = JSON.stringify(message)
    const bytes = encoder.encode(text)
    const ratio = ratios(
      {
        gate: () => {
          if (scanner.gate(bytes)) throw new Error(`${name} is not clean`)
        },
        parse: () => {
          sink += Object.keys(JSON.parse(text)).length
        },
      },
      Math.ceil(3e6 / bytes.length),
    ).parse!
    out[`gate / parse, ${name}`] = ratio
    console.log(`  ${name.padEnd(20)} ${ratio.toFixed(2)}`)
  }

  const text = JSON.stringify(toolCall(64))
  const bytes = encoder.encode(text)
  for (const [what, pattern] of Object.entries({ 'the words': alternationOfWords(scanner), 'the rules': alternationOfRules(scanner) })) {
    const faster =
      1 /
      ratios(
        {
          gate: () => {
            sink += scanner.gate(bytes) ? 1 : 0
          },
          alternation: () => {
            pattern.lastIndex = 0
            while (pattern.exec(text) !== null) sink++
          },
        },
        1,
      ).alternation!
    out[`times faster than one alternation of ${what}`] = faster
    console.log(`faster than one regular expression, an alternation of ${what}: ${faster.toFixed(0)} x`)
  }

  console.log('hostile text: time per byte / benign, and time of twice the text / time of the text, to 1 MB (medians of 3 processes)')
  let worst = 0
  let doubling = 0
  for (const name of Object.keys(hostile)) {
    if (name === 'benign') continue
    // A machine that slows down on the way makes one process look bad, a loop in a loop all of them: the median of three.
    const results = Array.from({ length: 3 }, () => run(['--hostile', name]))
    const cost = median(results.map((result) => result.at(-1)!.cost))
    const growth = median(results.map((result) => Math.max(...result.slice(1).map(({ ms }, i) => ms / result[i]!.ms))))
    worst = Math.max(worst, cost)
    doubling = Math.max(doubling, growth)
    out[`hostile ${name}`] = { cost, growth }
    console.log(`  ${name.padEnd(28)} ${cost.toFixed(1).padStart(6)} ${growth.toFixed(2).padStart(6)}`)
  }
  out['worst / benign'] = worst
  out['t(2n) / t(n)'] = doubling
  const builds = Array.from({ length: 7 }, () => Number(child(['--build'])))
  const matchers = Array.from({ length: 7 }, () => Number(child(['--matcher'])))
  out['cold build ms'] = median(builds)
  out['of which the matcher ms'] = median(matchers)
  console.log(
    `worst / benign ${worst.toFixed(1)}, t(2n)/t(n) ${doubling.toFixed(2)}, cold build ${median(builds).toFixed(1)} ms, of which the matcher ${median(matchers).toFixed(1)} (medians of 7 processes)`,
  )
  if (values.json) writeFileSync(values.json, `${JSON.stringify(out, null, 2)}\n`)
  if (sink < 0) console.log(sink)
}

/** The words of the rules as bare strings, which is much less than the rules say and what V8 is quickest at. */
function alternationOfWords({ rules }: Scanner): RegExp {
  const words = [...new Set(rules.flatMap((rule) => partsOf(rule.pattern).flat()))].map((word) => quote(word.replace(/^\*|\*$/g, '')))
  return new RegExp(words.sort((a, b) => b.length - a.length).join('|'), 'gi')
}

/** What the rules say: whole words, sequences with their gaps, sets in every order. */
function alternationOfRules({ rules }: Scanner): RegExp {
  const sources = rules.map(({ pattern }) => {
    const parts = partsOf(pattern).map((words) => `(?:${words.map(toSource).join('|')})`)
    if ('near' in pattern)
      return orders(parts)
        .map((order) => order.join(`[^]{0,${pattern.within}}?`))
        .join('|')
    const gaps = 'sequence' in pattern ? gapsOf(pattern) : []
    return parts.map((part, i) => (i === 0 ? part : `[^]{0,${gaps[i - 1]}}?${part}`)).join('')
  })
  return new RegExp(sources.filter((source) => source !== '').join('|'), 'gi')
}

function orders<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length < 2) return [list]
  return list.flatMap((first, i) => orders(list.toSpliced(i, 1)).map((rest) => [first, ...rest]))
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function toSource(word: string): string {
  const core = word.replace(/^\*|\*$/g, '')
  const source = quote(core).replaceAll(' ', '\\s+')
  const left = /^\w/.test(core) && !word.startsWith('*') ? '\\b' : ''
  const right = /\w$/.test(core) && !word.endsWith('*') ? '\\b' : ''
  return left + source + right
}

interface Timing {
  readonly ms: number
  /** Time per byte over that of benign text. */
  readonly cost: number
}

/** Times texts of one kind, and benign ones of the same size in turn with them: two processes may find the machine in two moods. */
function timeHostile(name: string): void {
  const scanner = createScanner()
  const scan = (text: string) => {
    sink += scanner.scan(text, { slot: 'tool-result' }).findings.length
  }
  const bytes = (text: string) => new TextEncoder().encode(text).length
  // A slice long enough to be timed: of short texts, several in a row.
  const samples = [1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20].flatMap((size) =>
    [name, 'benign'].map((kind) => ({ text: hostile[kind]!(size), best: Number.POSITIVE_INFINITY, inARow: 1 })),
  )
  // Sizes in turn, for a machine that is slower for a while to be so for all of them.
  for (let round = 0; round < 11; round++)
    for (const sample of samples) {
      const start = performance.now()
      for (let k = 0; k < sample.inARow; k++) scan(sample.text)
      const took = performance.now() - start
      sample.best = Math.min(sample.best, took / sample.inARow)
      if (took < shortestMs) sample.inARow = Math.ceil((sample.inARow * shortestMs) / Math.max(took, 0.05))
    }
  const timings: Timing[] = []
  for (let i = 0; i < samples.length; i += 2) {
    const [attack, benign] = [samples[i]!, samples[i + 1]!]
    timings.push({ ms: attack.best, cost: attack.best / bytes(attack.text) / (benign.best / bytes(benign.text)) })
  }
  console.log(JSON.stringify(timings))
}

function run(args: readonly string[]): readonly Timing[] {
  return JSON.parse(child(args)) as Timing[]
}

function child(args: readonly string[]): string {
  const { stdout, status } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (status !== 0) throw new Error(`${args.join(' ')} did not finish`)
  return stdout.trim()
}
