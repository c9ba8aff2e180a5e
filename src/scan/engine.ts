import type { PhraseSink } from './matcher/index.ts'
import { COMPLETES, GAP, PARENT, type Program, STEP } from './program.ts'
import { confirms } from './triggers.ts'

const NEVER = -(2 ** 29)
/** Numbers in `hits` from which on a text is a flood. */
const FLOOD = 3 * 1024

/**
 * Turns matches of literals into matches of rules. Each match costs a few array reads: a step of a sequence remembers only
 * where it was reached last, which is the best start for whatever comes next, so nothing is ever tried twice.
 */
export class Engine implements PhraseSink {
  readonly #program: Program
  /** Rule, start, end of every match of a rule; matches of one rule that overlap are one, so a flood of them is too. */
  readonly hits: number[] = []
  /** Literals seen that ask for a decoded view; bits of the program's triggers. */
  heard = 0
  /** Called for each match of a rule; true stops the scan. Used by the gate, which wants to know only whether. */
  onHit: ((rule: number, end: number) => boolean) | undefined
  /** Called when a text has had its thousand matches, and whenever they have doubled; says whether they are enough to stop. */
  onFlood: (() => boolean) | undefined
  bytes: Uint8Array = new Uint8Array(0)
  readonly #ends: Int32Array
  readonly #starts: Int32Array
  readonly #nearEnds: Int32Array
  readonly #nearStarts: Int32Array
  /** By rule: index of its last entry in `hits`, or -1. */
  readonly #lastHit: Int32Array
  /** Was a phrase seen since it began? Most texts have none, and what is as it was need not be wiped. */
  #used = true
  #flood = FLOOD

  constructor(program: Program) {
    this.#program = program
    this.#ends = new Int32Array(program.stepCount)
    this.#starts = new Int32Array(program.stepCount)
    this.#nearEnds = new Int32Array(program.nearRule.length)
    this.#nearStarts = new Int32Array(program.nearRule.length)
    this.#lastHit = new Int32Array(program.rules.length)
  }

  begin(bytes: Uint8Array): void {
    this.bytes = bytes
    if (!this.#used) return
    this.#used = false
    this.heard = 0
    this.hits.length = 0
    this.#flood = FLOOD
    this.#ends.fill(NEVER)
    this.#nearEnds.fill(NEVER)
    this.#lastHit.fill(-1)
  }

  phrase(id: number, start: number, end: number): boolean {
    this.#used = true
    const program = this.#program
    const trigger = program.trigger[id]!
    if (trigger !== 0 && (this.heard & trigger) === 0 && confirms(trigger, this.bytes, end)) {
      if (this.onHit !== undefined) return true
      this.heard |= trigger
    }
    const { steps, stepStart, nears, nearStart } = program
    const ends = this.#ends
    for (let i = stepStart[id]!, last = stepStart[id + 1]!; i < last; i += STEP) {
      const parent = steps[i + PARENT]!
      // Mostly what comes before has not been seen.
      if (parent >= 0 && ends[parent] === NEVER) continue
      if (this.#step(i, parent, start, end)) return true
    }
    for (let i = nearStart[id]!, last = nearStart[id + 1]!; i < last; i++) if (this.#gather(nears[i]!, start, end)) return true
    return false
  }

  /** Takes the step that stands at `at` in the list of steps. */
  #step(at: number, parent: number, start: number, end: number): boolean {
    const { steps } = this.#program
    const step = steps[at]!
    let from = start
    if (parent >= 0) {
      const before = this.#ends[parent]!
      const gap = steps[at + GAP]!
      if (start - before > gap && this.#distance(before, start, gap) > gap) return false
      // What only wants to know whether has sketches: something in between may be missing, so parts may seem to overlap.
      if (start < before && this.onHit === undefined) return false
      from = this.#starts[parent]!
    }
    this.#ends[step] = end
    this.#starts[step] = from
    const rule = steps[at + COMPLETES]!
    return rule >= 0 && this.#hit(rule, from, end)
  }

  #gather(part: number, start: number, end: number): boolean {
    const program = this.#program
    this.#nearEnds[part] = end
    this.#nearStarts[part] = start
    const oldest = end - program.nearWithin[part]!
    const first = program.nearFirst[part]!
    let from = start
    for (let i = first; i < first + program.nearCount[part]!; i++) {
      if (this.#nearEnds[i]! < oldest) return false
      if (this.#nearStarts[i]! < from) from = this.#nearStarts[i]!
    }
    return this.#hit(program.nearRule[part]!, from, end)
  }

  #hit(rule: number, start: number, end: number): boolean {
    if (this.onHit !== undefined) return this.onHit(rule, end)
    const last = this.#lastHit[rule]!
    if (last >= 0 && start <= this.hits[last + 2]!) {
      this.hits[last + 2] = end
      return false
    }
    this.#lastHit[rule] = this.hits.push(rule, start, end) - 3
    if (this.hits.length < this.#flood || this.onFlood === undefined) return false
    this.#flood *= 2
    return this.onFlood()
  }

  /**
   * Characters between two points, a run of white space counted once, read backwards and no further than `enough`:
   * forty line breaks between two words hide nothing.
   */
  #distance(from: number, to: number, enough: number): number {
    const { bytes } = this
    let count = 0
    for (let i = to - 1; i >= from && count <= enough; count++) {
      let j = i
      while (j >= from && bytes[j]! <= 0x20) j--
      i = j === i ? i - 1 : j
    }
    return count
  }
}
