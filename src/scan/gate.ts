import type { SlotKind } from '../core/finding.ts'
import { decodeRun } from './decode.ts'
import { Engine } from './engine.ts'
import { familiesOf } from './families.ts'
import { findPhrases } from './matcher/index.ts'
import type { Program } from './program.ts'
import { slotKinds } from './rule.ts'
import { hasSpelledWords, longRuns } from './runs.ts'
import { Evidence, type Sensitivity, thresholdOf, WINDOW, weightOf } from './score.ts'
import { unescapeJson } from './unescape.ts'

/** What came shortly before may have been taken for a repetition of something in another string. */
const SLACK = 64

/**
 * Builds the gate: one pass over the raw bytes of a JSON document, escapes undone, as if it were one text.
 *
 * It never misses what an exact scan of the strings finds: every string stands in the document between quotes, so whatever
 * a scan of it sees, the gate sees at the same distances; weights and thresholds are the most generous of all slots asked for,
 * excuses do not count, and whatever bytes alone cannot tell (characters beyond ASCII, encodings) is a reason to look closer.
 */
export function createGate(program: Program, sensitivity: Sensitivity): (bytes: Uint8Array, slots?: readonly SlotKind[]) => boolean {
  const bySlots = new Map<string, { readonly evidence: Evidence; readonly threshold: number }>()
  const { families, count } = familiesOf(program.rules)
  const engine = new Engine(program)
  return (given, slots = slotKinds) => {
    const bytes = unescapeJson(given)
    if (bytes === undefined) return true
    const key = slots.length === 1 ? slots[0]! : slots.join()
    let point = bySlots.get(key)
    if (point === undefined) {
      const weights = Float64Array.from(program.rules, (rule) => Math.max(0, ...slots.map((slot) => weightOf(rule, slot))))
      point = {
        evidence: new Evidence(families, weights, count),
        threshold: Math.min(1, ...slots.map((slot) => thresholdOf(sensitivity, slot))),
      }
      bySlots.set(key, point)
    }
    const { evidence, threshold } = point
    evidence.reset()
    engine.begin(bytes)
    engine.onHit = (rule, end) => evidence.add(rule, end, WINDOW + SLACK) >= threshold
    if (findPhrases(program.ascii(), bytes, engine)) return true
    return longRuns(bytes, (start, end) => decodeRun(latin1(bytes, start, end)) !== undefined) || hasSpelledWords(bytes)
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
