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
  readonly #last: Int32Array
  readonly #best: Float64Array
  readonly #strength: Float64Array
  #excusedTo = -1
  #excuse = 1

  constructor(families: Int32Array, weights: Float64Array, familyCount: number) {
    this.#families = families
    this.#weights = weights
    this.#last = new Int32Array(families.length).fill(-(2 ** 30))
    this.#best = new Float64Array(familyCount)
    this.#strength = new Float64Array(families.length)
  }

  /** Takes one match in and gives the score of the passage that ends with it. */
  add(rule: number, end: number, window: number): number {
    const weight = this.#weights[rule]!
    if (weight === 0) return 0
    if (weight < 0) {
      this.#excusedTo = end + EXCUSE_REACH
      this.#excuse = 1 + weight
      return 0
    }
    this.#last[rule] = end
    this.#strength[rule] = end <= this.#excusedTo && weight < PLAIN ? weight * this.#excuse : weight
    this.#best.fill(0)
    for (let i = 0; i < this.#last.length; i++) {
      const family = this.#families[i]!
      if (end - this.#last[i]! <= window && this.#strength[i]! > this.#best[family]!) this.#best[family] = this.#strength[i]!
    }
    let doubt = 1
    for (let i = 0; i < this.#best.length; i++) doubt *= 1 - this.#best[i]!
    return 1 - doubt
  }

  reset(): void {
    this.#excusedTo = -1
    this.#last.fill(-(2 ** 30))
  }
}
