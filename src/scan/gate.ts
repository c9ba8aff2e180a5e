import type { SlotKind } from '../core/finding.ts'
import { decodeRun } from './decode.ts'
import { Engine } from './engine.ts'
import { familiesOf } from './families.ts'
import { runAutomaton, STOPPED } from './matcher/index.ts'
import type { Program } from './program.ts'
import { slotKinds } from './rule.ts'
import { hasSpelledWords, longRuns, MIN_RUN } from './runs.ts'
import { Evidence, type Sensitivity, thresholdOf, WINDOW, weightOf } from './score.ts'

/**
 * Builds the gate: one pass over the raw bytes of a JSON document.
 *
 * It never misses what an exact scan of the strings finds, because every distance is doubled (an escape takes two bytes for one
 * character), order and weights are the most generous of all slots asked for, and whatever bytes alone cannot tell (characters
 * beyond ASCII, `\u` escapes, encodings) is a reason to look closer.
 */
export function createGate(program: Program, sensitivity: Sensitivity): (bytes: Uint8Array, slots?: readonly SlotKind[]) => boolean {
  const bySlots = new Map<string, { readonly evidence: Evidence; readonly threshold: number }>()
  const { families, count } = familiesOf(program.rules)
  const engine = new Engine(program)
  return (given, slots = slotKinds) => {
    // Plain Uint8Array only: a Buffer among them would slow the kernel down.
    const bytes = given.constructor === Uint8Array ? given : new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
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
    engine.begin(bytes, 2)
    engine.onHit = (rule, end) => evidence.add(rule, end, WINDOW * 2) >= threshold
    const automaton = program.json()
    if (runAutomaton(automaton, bytes, 0, bytes.length, automaton.begin, engine) === STOPPED) return true
    return longRuns(bytes, true, (start, end) => saysSomething(bytes, start, end)) || hasSpelledWords(bytes)
  }
}

/** Does the run decode to text, read as the strings of the document would have it? */
function saysSomething(bytes: Uint8Array, start: number, end: number): boolean {
  let run = ''
  for (let i = start; i <= end; i++) {
    const byte = i < end ? bytes[i]! : 0
    const escaped = byte === 0x5c ? bytes[i + 1] : undefined
    if (byte === 0x5c && escaped === 0x2f) continue
    if (byte === 0x5c || byte === 0) {
      if (run.length >= MIN_RUN && decodeRun(run) !== undefined) return true
      run = ''
      i++
    } else run += String.fromCharCode(byte)
  }
  return false
}
