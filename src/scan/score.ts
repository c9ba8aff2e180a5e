import type { SlotKind } from '../core/finding.ts'
import type { Rule } from './rule.ts'

/** How eagerly a scanner flags. Documented operating points: docs/guards/input.md. */
export type Sensitivity = 'low' | 'balanced' | 'high'

/** Score from which a text is flagged. People write odd things into prompts; tool traffic has no business giving orders. */
const thresholds: Readonly<Record<Sensitivity, Readonly<Record<SlotKind, number>>>> = {
  low: { prompt: 0.8, 'tool-arguments': 0.8, 'tool-result': 0.75, resource: 0.75, 'tool-definition': 0.75 },
  balanced: { prompt: 0.6, 'tool-arguments': 0.6, 'tool-result': 0.6, resource: 0.6, 'tool-definition': 0.5 },
  high: { prompt: 0.4, 'tool-arguments': 0.4, 'tool-result': 0.4, resource: 0.4, 'tool-definition': 0.35 },
}

export function thresholdOf(sensitivity: Sensitivity, slot: SlotKind): number {
  return thresholds[sensitivity][slot]
}

/** Weight of a rule in a slot; 0 where it does not apply. */
export function weightOf(rule: Rule, slot: SlotKind): number {
  return typeof rule.weight === 'number' ? rule.weight : (rule.weight[slot] ?? 0)
}

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

  constructor(families: Int32Array, weights: Float64Array, familyCount: number) {
    this.#families = families
    this.#weights = weights
    this.#last = new Int32Array(families.length).fill(-(2 ** 30))
    this.#best = new Float64Array(familyCount)
  }

  /** Takes one match in and gives the score of the passage that ends with it. */
  add(rule: number, end: number, window: number): number {
    if (this.#weights[rule] === 0) return 0
    this.#last[rule] = end
    this.#best.fill(0)
    for (let i = 0; i < this.#last.length; i++) {
      const family = this.#families[i]!
      if (end - this.#last[i]! <= window && this.#weights[i]! > this.#best[family]!) this.#best[family] = this.#weights[i]!
    }
    let doubt = 1
    for (let i = 0; i < this.#best.length; i++) doubt *= 1 - this.#best[i]!
    return 1 - doubt
  }

  reset(): void {
    this.#last.fill(-(2 ** 30))
  }
}
