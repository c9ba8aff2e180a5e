import type { SlotKind } from '../core/finding.ts'
import { decodeRun } from './decode/index.ts'
import { Engine } from './engine.ts'
import { familiesOf } from './families.ts'
import { compileRules } from './program.ts'
import { type Rule, slotKinds } from './rule.ts'
import { findRuns } from './runs.ts'
import { Evidence, FOREVER, type Sensitivity, thresholdOf, WINDOW, weightOf } from './score.ts'
import { SKETCHED, sketch } from './sketch.ts'
import { triggerWords } from './triggers.ts'
import { unescapeAgain, unescapeJson } from './unescape.ts'

/** What came shortly before may have been taken for a repetition of something in another string, and a sketch may end before its rule. */
const SLACK = 64 + SKETCHED

/** Where it is taken down what was found, and what is enough, for a list of slots. */
interface Point {
  readonly slots: readonly SlotKind[]
  readonly evidence: Evidence
  readonly onHit: (rule: number, end: number) => boolean
}

const saysText = (start: number, end: number, bytes: Uint8Array): boolean => decodeRun(bytes.subarray(start, end)) !== undefined

/** Lists of slots that are remembered: there are a handful, unless somebody makes a new one for every call. */
const MAX_POINTS = 64

/**
 * Builds the gate: one pass over the raw bytes of a JSON document, escapes undone, as if it were one text.
 *
 * It never misses what an exact scan of the strings finds: every string stands in the document between quotes, so whatever
 * a scan of it sees, the gate sees at the same distances; rules are sketched, weights and thresholds are the most generous of all slots
 * asked for, excuses do not count, and whatever bytes alone cannot tell (characters beyond ASCII, encodings) is a reason to look closer. What
 * still holds a backslash is looked at once more: JSON within a string has escapes of its own.
 */
export function createGate(rules: readonly Rule[], sensitivity: Sensitivity): (bytes: Uint8Array, slots?: readonly SlotKind[]) => boolean {
  const sketches = rules.map(sketch)
  const program = compileRules(
    sketches.map(({ rule }) => rule),
    triggerWords,
  )
  const open = Uint8Array.from(sketches, (one) => (one.open ? 1 : 0))
  // By list, which callers keep: names joined for every short text would cost as much as the look.
  const points = new Map<readonly SlotKind[], Point>()
  const { families, count } = familiesOf(rules)
  const engine = new Engine(program)
  const pointOf = (slots: readonly SlotKind[]) => {
    let point = points.get(slots)
    if (point === undefined) {
      const weights = Float64Array.from(rules, (rule) => Math.max(0, ...slots.map((slot) => weightOf(rule, slot))))
      const threshold = Math.min(1, ...slots.map((slot) => thresholdOf(sensitivity, slot)))
      if (points.size >= MAX_POINTS) points.clear()
      const evidence = new Evidence(families, weights, count)
      const onHit = (rule: number, end: number) => evidence.add(rule, end, WINDOW + SLACK, open[rule] === 1 ? FOREVER : end) >= threshold
      points.set(slots, (point = { slots, evidence, onHit }))
    }
    return point
  }
  // Nothing is made for one look: most texts are short.
  let last: Point | undefined
  const look = (bytes: Uint8Array, slots: readonly SlotKind[]): boolean => {
    if (slots !== last?.slots) last = pointOf(slots)
    last.evidence.reset()
    engine.begin(bytes)
    engine.onHit = last.onHit
    return program.ascii().find(bytes, engine) || findRuns(bytes, saysText)
  }
  return (given, slots = slotKinds) => {
    const bytes = unescapeJson(given)
    if (bytes === undefined || look(bytes, slots)) return true
    if (bytes.length === given.length) return false
    const within = unescapeAgain(bytes)
    return within === undefined || (within !== bytes && look(within, slots))
  }
}
