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
interface Scale {
  readonly margins: readonly number[]
  readonly scores: readonly number[]
}

/** From margins to scores, for each model that has a say in the slot. */
export interface Calibration {
  readonly order: Scale
  /** Stories are told to a model by people, not by tools. */
  readonly story: Scale | undefined
}

/** Margins of one model: what few harmless texts exceed, then its operating points high, balanced, low. */
export type Points = readonly [none: number, high: number, balanced: number, low: number]

const BEYOND = 1.5
const MOST = 0.98

/**
 * Lays the operating points on the scanner's thresholds: a text at the balanced point scores exactly what a balanced scanner flags.
 * Asked for another sensitivity, the classifier takes the next point for that place.
 */
export function calibrationOf(
  slot: SlotKind,
  sensitivity: Sensitivity,
  given: Readonly<Record<keyof typeof points, { readonly order: Points; readonly story?: Points | undefined }>> = points,
): Calibration {
  const { order, story } = given[channels[slot]]
  return { order: scaleOf(order, slot, sensitivity), story: story && scaleOf(story, slot, sensitivity) }
}

function scaleOf([none, high, balanced, low]: Points, slot: SlotKind, sensitivity: Sensitivity): Scale {
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

/** What the model that is surer makes of a text. */
export function scoreOf(
  { order, story }: { readonly order: { readonly margin: number }; readonly story?: { readonly margin: number } | undefined },
  calibration: Calibration,
): number {
  const first = scoreAt(order.margin, calibration.order)
  return story === undefined || calibration.story === undefined ? first : Math.max(first, scoreAt(story.margin, calibration.story))
}

/** Straight lines between the points: additions and divisions only, so every runtime gives the same number. */
export function scoreAt(margin: number, { margins, scores }: Scale): number {
  if (!(margin > margins[0]!)) return 0
  for (let i = 1; i < margins.length; i++) {
    const low = margins[i - 1]!
    const high = margins[i]!
    if (margin < high) return scores[i - 1]! + ((scores[i]! - scores[i - 1]!) * (margin - low)) / (high - low)
  }
  return scores.at(-1)!
}
