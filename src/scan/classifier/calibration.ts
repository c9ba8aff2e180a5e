import type { SlotKind } from '../../core/finding.ts'
import { type Sensitivity, thresholdOf } from '../score.ts'
import { points } from './weights.ts'

/** Which harmless texts a slot is measured by. Arguments are written by models on behalf of people: they read like chat. */
const channels = {
  prompt: 'chat',
  'tool-arguments': 'chat',
  'tool-result': 'tool',
  resource: 'tool',
  'tool-definition': 'definition',
} as const satisfies Record<SlotKind, keyof typeof points>

/** Margins and the scores they stand for, both rising. */
export interface Calibration {
  readonly margins: readonly number[]
  readonly scores: readonly number[]
}

const BEYOND = 1.5
const MOST = 0.98

/**
 * Lays the operating points on the scanner's thresholds: a text at the balanced point scores exactly what a balanced scanner flags.
 * Asked for another sensitivity, the classifier takes the next point for that place.
 */
export function calibrationOf(slot: SlotKind, sensitivity: Sensitivity): Calibration {
  const [none, high, balanced, low] = points[channels[slot]]
  const far = low + BEYOND
  const [first, middle, last] = {
    low: [balanced, low, low + BEYOND / 2],
    balanced: [high, balanced, low],
    high: [(none + high) / 2, high, balanced],
  }[sensitivity] as [number, number, number]
  return {
    margins: [none, first, middle, last, far],
    scores: [0, thresholdOf('high', slot), thresholdOf('balanced', slot), thresholdOf('low', slot), MOST],
  }
}

/** Straight lines between the points: additions and divisions only, so every runtime gives the same number. */
export function scoreAt(margin: number, { margins, scores }: Calibration): number {
  if (!(margin > margins[0]!)) return 0
  for (let i = 1; i < margins.length; i++) {
    const low = margins[i - 1]!
    const high = margins[i]!
    if (margin < high) return scores[i - 1]! + ((scores[i]! - scores[i - 1]!) * (margin - low)) / (high - low)
  }
  return scores.at(-1)!
}
