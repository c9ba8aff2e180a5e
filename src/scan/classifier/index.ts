/** A small linear classifier of injected instructions. Nothing loads it unless it is imported. */
import { checkKeys, checkOneOf, checkStrings } from '../../core/check-options.ts'
import type { SlotKind } from '../../core/finding.ts'
import type { Detector } from '../detector.ts'
import { type Sensitivity, thresholdOf } from '../score.ts'
import { type Calibration, calibrationOf, scoreAt, scoreOf } from './calibration.ts'
import { type Judgements, judge } from './judge.ts'
import { shippedModels } from './unpack.ts'

export type { Sensitivity } from '../score.ts'

export interface ClassifierOptions {
  /**
   * Which operating point lies on the threshold of a balanced scanner: `low` misses more, `high` alarms more. Default `balanced`.
   * A scanner's own `sensitivity` moves rules and classifier together; this moves the classifier alone.
   */
  readonly sensitivity?: Sensitivity | undefined
  /** Asked only about these slots. Default: all. */
  readonly slots?: readonly SlotKind[] | undefined
}

const slotKinds: readonly SlotKind[] = ['prompt', 'tool-arguments', 'tool-result', 'resource', 'tool-definition']

/**
 * A synchronous detector for `createScanner({ detectors: [classifier()] })`.
 *
 * Its score is calibrated per slot on harmless texts of sources it was not trained on (docs/classifier.md), and the scanner joins it with
 * that of the rules as one more independent witness: `1 - (1 - rules)(1 - classifier)`. Time is linear in the text, every window is
 * looked at. Throws SafeMcpConfigError for options that make no sense.
 */
export function classifier(options: ClassifierOptions = {}): Detector {
  const raw: unknown = options
  checkKeys(raw, ['sensitivity', 'slots'], 'classifier')
  const sensitivity = checkOneOf<Sensitivity>(options.sensitivity, ['low', 'balanced', 'high'], 'classifier.sensitivity', 'balanced')
  const slots = checkStrings(options.slots, 'classifier.slots')?.map((slot, i) => {
    return checkOneOf(slot, slotKinds, `classifier.slots[${i}]`, 'prompt')
  })
  const calibrations = new Map<SlotKind, Calibration>(slotKinds.map((slot) => [slot, calibrationOf(slot, sensitivity)]))
  return {
    name: 'classifier',
    sync: true,
    slots,
    detect(text, { slot }) {
      const calibration = calibrations.get(slot)!
      const { order, story } = read(text, calibration)
      const value = scoreOf({ order, story }, calibration)
      if (value === 0) return undefined
      const severity = value >= thresholdOf('low', slot) ? 'high' : 'medium'
      // An order says where; a story is named only when no order speaks as loudly.
      const told = story !== undefined && scoreAt(order.margin, calibration.order) < value
      const { places, layers } = told ? story : order
      const scale = told ? calibration.story! : calibration.order
      // A place that alone would not be flagged is no reason; if only the sum with the rules is, the worst place is.
      const reasons = places.filter((place, i) => i === 0 || scoreAt(place.margin, scale) >= thresholdOf('high', slot))
      return {
        score: value,
        findings: reasons.map(({ range }) => ({
          rule: 'classifier',
          severity,
          technique: slot === 'tool-definition' ? 'T1001' : 'T1102',
          range,
          layers: layers.length > 0 ? layers : undefined,
        })),
      }
    },
  }
}

/** How much a text looks like an attack, 0 to 1, by the classifier alone. A balanced scanner flags a prompt from 0.55. */
export function score(text: string, { slot = 'prompt' }: { readonly slot?: SlotKind | undefined } = {}): number {
  const calibration = calibrationOf(slot, 'balanced')
  return scoreOf(read(text, calibration), calibration)
}

function read(text: string, { story }: Calibration): Judgements {
  const models = shippedModels()
  return judge(text, story === undefined ? { order: models.order } : models)
}
