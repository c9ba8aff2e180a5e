import type { Finding, SlotKind } from '../core/finding.ts'
import { grown } from '../lib/grown.ts'
import {
  closeMemory,
  decodeBytes,
  decodeEntities,
  decodeEscapes,
  decodeRun,
  joinSpelled,
  openMemory,
  reversed,
  rot13,
  stripEmphasis,
  type View,
} from './decode/index.ts'
import { Engine } from './engine.ts'
import { familiesOf } from './families.ts'
import { type Frame, frameOf, joinLines, partOf, readerOf, wordEnd } from './frame.ts'
import { Marks } from './marks.ts'
import { asciiBytes, type Phrases } from './matcher/index.ts'
import { normalise } from './normalize.ts'
import type { Program } from './program.ts'
import type { ScanResult } from './result.ts'
import type { HiddenCharacters } from './rule.ts'
import { findRuns, MIN_SPELLED } from './runs.ts'
import { Evidence, type Sensitivity, thresholdOf, WINDOW, weightOf } from './score.ts'
import { EMPHASIS, ENTITY, ESCAPE, PERCENT, QUOTED, REVERSED, ROT13 } from './triggers.ts'

/** Encodings undone inside one another. */
const MAX_DEPTH = 3
/** Encoded runs looked into, in one text. */
const MAX_RUNS = 64
/** Characters all views of one text may have together, besides four times its own. */
const MAX_EXTRA = 64 * 1024
/** Findings of one scan. */
const MAX_FINDINGS = 200

const noMarks = new Marks()

/** A match of a rule, in offsets of the text that was given. */
interface Hit {
  readonly rule: number
  readonly start: number
  readonly end: number
  readonly layers?: readonly string[] | undefined
}

/** The exact scan of one string: the text itself, and every decoded view it asks for. */
export class Inspector {
  readonly #program: Program
  readonly #sensitivity: Sensitivity
  readonly #engine: Engine
  readonly #families: Int32Array
  readonly #familyCount: number
  readonly #evidence = new Map<SlotKind, Evidence>()
  readonly #hiddenRules = new Map<HiddenCharacters, number[]>()
  #lastKind: HiddenCharacters | undefined
  #lastRules: readonly number[] = []

  constructor(program: Program, sensitivity: Sensitivity) {
    this.#program = program
    this.#sensitivity = sensitivity
    this.#engine = new Engine(program)
    const { families, count } = familiesOf(program.rules)
    this.#families = families
    this.#familyCount = count
    program.rules.forEach(({ pattern }, i) => {
      if ('characters' in pattern) this.#hiddenRules.set(pattern.characters, [...(this.#hiddenRules.get(pattern.characters) ?? []), i])
    })
  }

  /** `limit`: findings that are kept; sanitising asks for all. */
  inspect(text: string, slot: SlotKind, limit = MAX_FINDINGS): ScanResult {
    const memory = openMemory()
    try {
      return this.#inspect(text, slot, limit)
    } finally {
      closeMemory(memory)
    }
  }

  #inspect(text: string, slot: SlotKind, limit: number): ScanResult {
    const hits: Hit[] = []
    this.#limit = limit
    const budget = { runs: MAX_RUNS, characters: text.length * 4 + MAX_EXTRA }
    let best = 0
    const queue: Frame[] = [{ text, layers: [], locate: (start, end) => [start, end] }]
    for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) {
      best = Math.max(best, this.#look(frame, slot, hits))
      if (this.#enough(best, slot, hits)) break
      if (frame.layers.length >= MAX_DEPTH) continue
      for (const next of this.#views(frame, budget)) queue.push(next)
    }
    const threshold = thresholdOf(this.#sensitivity, slot)
    const flagged = best >= threshold
    return { flagged, score: best, findings: this.#findings(hits, slot) }
  }

  /** More of the same would change neither verdict nor findings. */
  #enough(best: number, slot: SlotKind, hits: readonly Hit[]): boolean {
    return hits.length >= this.#limit && best >= thresholdOf(this.#sensitivity, slot)
  }

  #limit = MAX_FINDINGS
  #triggers = 0
  #spelled = false
  /** Start and end of the encoded runs of the text just looked at. */
  #runs = new Int32Array(MAX_RUNS * 2)
  #runCount = 0

  /** Scans one view; gives its score. */
  #look(frame: Frame, slot: SlotKind, hits: Hit[]): number {
    const engine = this.#engine
    const spelled = frame.layers.at(-1) === 'spelled'
    const run = (phrases: Phrases, bytes: Uint8Array, marks: Marks, toText: (at: number) => number) => {
      engine.begin(bytes)
      engine.onFlood = () => {
        const kept: Hit[] = []
        return this.#enough(this.#weigh(frame, slot, kept, marks, toText), slot, kept)
      }
      phrases.find(bytes, engine)
      this.#triggers = engine.heard
      this.#runCount = 0
      this.#spelled = findRuns(bytes, (start, end) => this.#addRun(start, end))
    }
    let best = 0
    const readAscii = (bytes: Uint8Array): true => {
      const same = (at: number) => at
      run(spelled ? this.#program.loose() : this.#program.ascii(), bytes, noMarks, same)
      best = this.#weigh(frame, slot, hits, noMarks, same)
      return true
    }
    if (frame.bytes !== undefined ? readAscii(frame.bytes) : asciiBytes(frame.text, readAscii)) return best
    return normalise(frame.text, ({ bytes, origins, marks }) => {
      const toText = (at: number) => origins.of(at)
      run(spelled ? this.#program.loose() : this.#program.text(), bytes, marks, toText)
      for (let i = 0; i < this.#runCount * 2; i += 2) {
        this.#runs[i] = origins.of(this.#runs[i]!)
        this.#runs[i + 1] = origins.of(this.#runs[i + 1]! - 1) + 1
      }
      return this.#weigh(frame, slot, hits, marks, toText)
    })
  }

  #addRun(start: number, end: number): void {
    if (this.#runCount * 2 === this.#runs.length) this.#runs = grown(this.#runs, this.#runs.length * 4)
    this.#runs[this.#runCount * 2] = start
    this.#runs[this.#runCount++ * 2 + 1] = end
  }

  /** Adds up what the engine and the normaliser found, in the order of the text; keeps hidden characters, and what convinced. */
  #weigh(frame: Frame, slot: SlotKind, hits: Hit[], marks: Marks, toText: (at: number) => number): number {
    const evidence = this.#evidenceFor(slot)
    evidence.reset()
    const threshold = thresholdOf(this.#sensitivity, slot)
    let best = 0
    /** Where passages end that convinced. */
    const convinced: number[] = []
    const add = (rule: number, end: number) => {
      const score = evidence.add(rule, end, WINDOW)
      if (score >= threshold) convinced.push(end)
      if (score > best) best = score
    }
    let next = 0
    const addMarks = (before: number) => {
      for (; next < marks.length && marks.endOf(next) <= before; next++) {
        const rules = this.#rulesOf(marks.kindOf(next))
        const end = marks.endOf(next)
        for (let i = 0; i < rules.length; i++) add(rules[i]!, end)
      }
    }
    this.#eachHit(frame, toText, (rule, _start, end) => {
      addMarks(end)
      add(rule, end)
    })
    addMarks(Number.POSITIVE_INFINITY)
    let passage = 0
    if (convinced.length > 0)
      this.#eachHit(frame, toText, (rule, start, end) => {
        while (passage < convinced.length && convinced[passage]! < end) passage++
        if (passage < convinced.length && convinced[passage]! - WINDOW <= end) this.#keep(hits, frame, rule, start, end)
      })
    for (let i = 0; i < marks.length && hits.length < this.#limit; i++) {
      for (const rule of this.#rulesOf(marks.kindOf(i))) this.#keep(hits, frame, rule, marks.startOf(i), marks.endOf(i))
    }
    return best
  }

  /** Rules about a kind of hidden characters. One kind comes many times in a row, so it is looked up once. */
  #rulesOf(kind: HiddenCharacters): readonly number[] {
    if (kind === this.#lastKind) return this.#lastRules
    this.#lastKind = kind
    this.#lastRules = this.#hiddenRules.get(kind) ?? []
    return this.#lastRules
  }

  #eachHit(frame: Frame, toText: (at: number) => number, visit: (rule: number, start: number, end: number) => void): void {
    const { hits } = this.#engine
    const unitAt = readerOf(frame)
    for (let i = 0; i < hits.length; i += 3) {
      const rule = hits[i]!
      const start = toText(hits[i + 1]!)
      const end = wordEnd(unitAt, toText(hits[i + 2]! - 1) + 1)
      if (this.#verified(rule, frame, start, end)) visit(rule, start, end)
    }
  }

  #keep(hits: Hit[], frame: Frame, rule: number, start: number, end: number): void {
    if (hits.length >= this.#limit) return
    const [from, to] = frame.locate(start, end)
    hits.push({ rule, start: from, end: to, layers: frame.layers.length > 0 ? frame.layers : undefined })
  }

  /** Views the frame just looked at asks for, as far as the budget goes. */
  *#views(frame: Frame, budget: { runs: number; characters: number }): Generator<Frame> {
    const triggers = this.#triggers
    const spelled = this.#spelled
    const runs = this.#runs
    const runsEnd = this.#runCount * 2
    if (triggers === 0 && !spelled && runsEnd === 0) return
    // A view need not become a string to be looked into.
    const source = frame.bytes ?? frame.text
    const whole: (View | undefined)[] = []
    if (triggers & PERCENT) whole.push(decodeBytes(source, '%', 'percent'))
    if (triggers & QUOTED) whole.push(decodeBytes(source, '=', 'quoted-printable'))
    if (triggers & ENTITY) whole.push(decodeEntities(source))
    if (triggers & ESCAPE) whole.push(decodeEscapes(source))
    if (triggers & EMPHASIS) whole.push(stripEmphasis(source))
    if (triggers & ROT13 && !frame.layers.includes('rot13')) whole.push(rot13(source))
    if (triggers & REVERSED && !frame.layers.includes('reversed')) whole.push(reversed(source))
    if (spelled && !frame.layers.includes('spelled')) whole.push(joinSpelled(source, MIN_SPELLED))
    for (const view of whole) {
      if (view === undefined) continue
      budget.characters -= view.length
      if (budget.characters < 0) return
      const originOf = view.originOf!
      yield frameOf(view, frame, (start, end) => {
        const a = originOf(start)
        const b = originOf(end - 1)
        return a <= b ? frame.locate(a, Math.max(originOf(end), a + 1)) : frame.locate(b, a + 1)
      })
    }
    for (let i = 0; i < runsEnd; i += 2) {
      if (budget.runs-- <= 0) return
      const start = runs[i]!
      const { run, end } = joinLines(frame, start, runs[i + 1]!)
      while (i + 2 < runsEnd && runs[i + 2]! < end) i += 2
      const decoded = decodeRun(run)
      if (decoded === undefined) continue
      budget.characters -= decoded.length
      if (budget.characters < 0) return
      yield frameOf(decoded, frame, () => frame.locate(start, end))
    }
  }

  #verified(rule: number, frame: Frame, start: number, end: number): boolean {
    const { verify } = this.#program.rules[rule]!
    if (verify === undefined) return true
    const from = Math.max(0, end - 192)
    return verify({ text: partOf(frame, from, from + 256), start: Math.max(0, start - from), end: end - from })
  }

  #findings(hits: readonly Hit[], slot: SlotKind): readonly Finding[] {
    const findings: Finding[] = []
    const seen = new Set<string>()
    for (const { rule: index, start, end, layers } of hits) {
      const rule = this.#program.rules[index]!
      if (weightOf(rule, slot) <= 0) continue
      const key = `${index} ${start} ${end}`
      if (seen.has(key)) continue
      seen.add(key)
      findings.push({ rule: rule.id, severity: rule.severity, technique: rule.technique, range: [start, end], layers })
      if (findings.length === this.#limit) break
    }
    return findings
  }

  #evidenceFor(slot: SlotKind): Evidence {
    let evidence = this.#evidence.get(slot)
    if (evidence === undefined) {
      const weights = Float64Array.from(this.#program.rules, (rule) => weightOf(rule, slot))
      this.#evidence.set(slot, (evidence = new Evidence(this.#families, weights, this.#familyCount)))
    }
    return evidence
  }
}
