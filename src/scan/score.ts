import type { SlotKind } from '../core/finding.ts'
import type { Rule } from './rule.ts'

/** How eagerly a scanner flags. Documented operating points: docs/guards/input.md. */
export type Sensitivity = 'low' | 'balanced' | 'high'

/** Score from which a text is flagged. People write odd things into prompts; tool traffic has no business giving orders. */
const thresholds: Readonly<Record<Sensitivity, Readonly<Record<SlotKind, number>>>> = {
  low: { prompt: 0.8, 'tool-arguments': 0.8, 'tool-result': 0.75, resource: 0.75, 'tool-definition': 0.75 },
  balanced: { prompt: 0.55, 'tool-arguments': 0.55, 'tool-result': 0.55, resource: 0.55, 'tool-definition': 0.5 },
  high: { prompt: 0.4, 'tool-arguments': 0.4, 'tool-result': 0.4, resource: 0.4, 'tool-definition': 0.35 },
}

export function thresholdOf(sensitivity: Sensitivity, slot: SlotKind): number {
  return thresholds[sensitivity][slot]
}

/** Weight of a rule in a slot; 0 where it does not apply. */
export function weightOf(rule: Rule, slot: SlotKind): number {
  return typeof rule.weight === 'number' ? rule.weight : (rule.weight[slot] ?? 0)
}

/** An excuse (`how do I ...`) covers what begins within so many characters after it. */
const EXCUSE_REACH = 120
/** No excuse is good enough for a rule of this weight. */
const PLAIN = 0.9

/** Signals within this many characters of each other are evidence for one another. */
export const WINDOW = 800

/**
 * Combines evidence: within a passage each family counts once, with its strongest rule, and families are independent
 * witnesses, `1 - (1 - a)(1 - b)...`. One weak signal proves nothing; three of different kinds do.
 */
export class Evidence {
  readonly #families: Int32Array
  readonly #weights: Float64Array
  readonly #members: readonly (readonly number[])[]
  readonly #last: Int32Array
  readonly #strength: Float64Array
  /** By family: its strongest rule within reach, and where that one was seen. */
  readonly #best: Float64Array
  readonly #bestAt: Int32Array
  #excusedTo = -1
  #excuse = 1
  #score = 0
  #used = true

  constructor(families: Int32Array, weights: Float64Array, familyCount: number) {
    this.#families = families
    this.#weights = weights
    this.#members = Array.from({ length: familyCount }, (_, family) => [...families.keys()].filter((rule) => families[rule] === family))
    this.#last = new Int32Array(families.length)
    this.#strength = new Float64Array(families.length)
    this.#best = new Float64Array(familyCount)
    this.#bestAt = new Int32Array(familyCount)
    this.reset()
  }

  /** Takes one match in and gives the score of the passage that ends with it. It counts for what follows as if it stood at `until`. */
  add(rule: number, end: number, window: number, until = end): number {
    const weight = this.#weights[rule]!
    if (weight === 0) return 0
    this.#used = true
    if (weight < 0) {
      this.#excusedTo = end + EXCUSE_REACH
      this.#excuse = 1 + weight
      return 0
    }
    const strength = end <= this.#excusedTo && weight < PLAIN ? weight * this.#excuse : weight
    // The same again, a few characters on, is no news: a flood of one word must not cost more than the word.
    if (end - this.#last[rule]! <= REPEAT && this.#strength[rule] === strength) return this.#score
    const weaker = strength < this.#strength[rule]!
    this.#last[rule] = until
    this.#strength[rule] = strength
    const own = this.#families[rule]!
    const oldest = end - window
    if (strength >= this.#best[own]!) {
      this.#best[own] = strength
      this.#bestAt[own] = until
    } else if (weaker) this.#choose(own, oldest)
    let doubt = 1
    for (let family = 0; family < this.#best.length; family++) {
      if (this.#best[family]! > 0 && this.#bestAt[family]! < oldest) this.#choose(family, oldest)
      doubt *= 1 - this.#best[family]!
    }
    this.#score = 1 - doubt
    return this.#score
  }

  #choose(family: number, oldest: number): void {
    let best = 0
    let at = NEVER
    for (const rule of this.#members[family]!) {
      const last = this.#last[rule]!
      const strength = this.#strength[rule]!
      if (last < oldest || strength < best || (strength === best && last < at)) continue
      best = strength
      at = last
    }
    this.#best[family] = best
    this.#bestAt[family] = at
  }

  reset(): void {
    if (!this.#used) return
    this.#used = false
    this.#excusedTo = -1
    this.#score = 0
    this.#last.fill(NEVER)
    this.#best.fill(0)
    this.#bestAt.fill(NEVER)
  }
}

const NEVER = -(2 ** 30)
/** A place behind every text. */
export const FOREVER = 2 ** 30
/** Matches of one rule that close to the last one change nothing. */
const REPEAT = 16
