import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Finding, SlotKind } from '../core/finding.ts'
import { lazily } from '../lib/lazily.ts'
import { isPromise } from '../lib/maybe-promise.ts'
import { defineRule } from './define-rule.ts'
import { type Detection, type Detector, DetectorRunner } from './detector.ts'
import { createGate } from './gate.ts'
import { Inspector } from './inspector.ts'
import { asciiBytes } from './matcher/index.ts'
import { compileRules } from './program.ts'
import type { ScanResult } from './result.ts'
import type { Rule } from './rule.ts'
import { defaultRules } from './rulesets.ts'
import { createSanitiser, type Neutralise } from './sanitise.ts'
import { type Sensitivity, thresholdOf } from './score.ts'
import { triggerWords } from './triggers.ts'

/** Changes to the rules a scanner goes by. */
export interface RuleOverrides {
  /** In place of the default rules: `rulesets.aztp`, your own list. */
  readonly use?: readonly Rule[] | undefined
  readonly add?: readonly Rule[] | undefined
  /** Ids (`persona/act-as`) or families (`persona`). */
  readonly off?: readonly string[] | undefined
  /** New weights by id or family; 0 to 1. */
  readonly reweigh?: Readonly<Record<string, number>> | undefined
}

export interface ScannerOptions {
  /** Rules to go by instead of the default ones, or changes to those. */
  readonly rules?: readonly Rule[] | RuleOverrides | undefined
  /** `low` misses more, `high` alarms more. Default `balanced`. */
  readonly sensitivity?: Sensitivity | undefined
  /** Classifiers, models and services that judge besides the rules. */
  readonly detectors?: readonly Detector[] | undefined
  /** What `sanitise` does: cut the passage out (default), or the word map of the AZTP design. */
  readonly neutralise?: Neutralise | undefined
  /** What stands where `sanitise` cut. Default `[SANITIZED]`. */
  readonly marker?: string | undefined
}

export interface ScanContext {
  /** Where the text comes from. Default `prompt`. */
  readonly slot?: SlotKind | undefined
}

/** A compiled scanner. It holds no state of a text; use one for all. */
export interface Scanner {
  scan(text: string, context?: ScanContext): ScanResult
  /** Asks asynchronous detectors too. */
  scanAsync(text: string, context?: ScanContext): Promise<ScanResult>
  /** Takes out what was found and nothing else. The result scans clean. */
  sanitise(text: string, context?: ScanContext): { readonly text: string; readonly findings: readonly Finding[] }
  /**
   * Looks at the raw bytes of a JSON document, without parsing it: false means that `scan` finds nothing in any string of it,
   * in any of these slots (default: all), so the bytes can go on as they are. True means look closer.
   */
  gate(json: Uint8Array | string, slots?: readonly SlotKind[]): boolean
  readonly rules: readonly Rule[]
}

/** Compiles rules into a scanner. Throws SafeMcpConfigError for rules that cannot be linear and options that make no sense. */
export function createScanner(options: ScannerOptions = {}): Scanner {
  const { sensitivity = 'balanced', detectors = [], neutralise = 'remove', marker = '[SANITIZED]' } = options
  if (!['low', 'balanced', 'high'].includes(sensitivity)) throw invalid('sensitivity', "must be 'low', 'balanced' or 'high'.")
  if (!['remove', 'aztp'].includes(neutralise)) throw invalid('neutralise', "must be 'remove' or 'aztp'.")
  for (const detector of detectors) if (typeof detector?.detect !== 'function') throw invalid('detectors', 'must be a list of detectors.')
  const rules = resolveRules(options.rules)
  const inspector = lazily(() => new Inspector(compileRules(rules, triggerWords), sensitivity))
  // Rules of one's own are compiled at once, so that what is wrong with them is said here.
  if (options.rules !== undefined) inspector()
  const syncDetectors = detectors.filter((detector) => detector.sync)
  const runners = detectors.filter((detector) => !detector.sync).map((detector) => ({ detector, runner: new DetectorRunner(detector) }))

  const witnessed = (text: string, slot: SlotKind, rulesAlone: ScanResult): ScanResult => {
    let result = rulesAlone
    for (const detector of syncDetectors) {
      if (detector.slots !== undefined && !detector.slots.includes(slot)) continue
      const detection = detector.detect(text, { slot, score: result.score })
      if (!isPromise(detection)) result = combine(result, detection, detector.name, thresholdOf(sensitivity, slot))
    }
    return result
  }
  const scan = (text: string, { slot = 'prompt' }: ScanContext = {}) => witnessed(text, slot, inspector().inspect(text, slot))
  const ofBytes = lazily(() => createGate(rules, sensitivity))
  const gate: Scanner['gate'] = (json, slots) =>
    // Text beyond ASCII always asks for a closer look.
    typeof json === 'string' ? (asciiBytes(json, (bytes) => ofBytes()(bytes, slots)) ?? true) : ofBytes()(json, slots)
  const scanner: Scanner = {
    rules,
    scan,
    async scanAsync(text, context = {}) {
      const { slot = 'prompt' } = context
      const first = scan(text, context)
      const asked = runners.filter(({ detector }) => detector.slots === undefined || detector.slots.includes(slot))
      const answers = await Promise.all(asked.map(({ runner }) => runner.ask(text, slot, first.score)))
      return answers.reduce<ScanResult>(
        (result, answer, i) => combine(result, answer, asked[i]!.detector.name, thresholdOf(sensitivity, slot)),
        first,
      )
    },
    sanitise: createSanitiser(
      (text, slot, all) => witnessed(text, slot, inspector().inspect(text, slot, all ? Number.MAX_SAFE_INTEGER : undefined)),
      { neutralise, marker },
    ),
    // A detector may see what no rule sees, so with one the bytes alone cannot clear a document.
    gate: detectors.length > 0 ? () => true : gate,
  }
  return scanner
}

/** One more witness: its score counts like that of a family of rules. */
function combine(result: ScanResult, detection: Detection | undefined, name: string, threshold: number): ScanResult {
  if (detection === undefined) return result
  const score = 1 - (1 - result.score) * (1 - Math.min(1, Math.max(0, detection.score)))
  const flagged = score >= threshold
  // Reasons belong to a verdict; notes (that a service did not answer) are kept in any case.
  const given = detection.findings ?? (detection.score > 0 ? [{ rule: name, severity: 'medium' as const }] : [])
  const own = flagged ? given : given.filter((finding) => finding.severity === 'info')
  return { flagged, score, findings: [...result.findings, ...own] }
}

function resolveRules(given: ScannerOptions['rules']): readonly Rule[] {
  if (given === undefined) return defaultRules()
  if (Array.isArray(given)) return given.map(defineRule)
  if (typeof given !== 'object' || given === null) throw invalid('rules', 'must be a list of rules or { use, add, off, reweigh }.')
  const { use, add = [], off = [], reweigh = {} } = given as RuleOverrides
  const rules = [...(use?.map(defineRule) ?? defaultRules()), ...add.map(defineRule)]
  const names = new Set(rules.flatMap((rule) => [rule.id, rule.family]))
  for (const name of [...off, ...Object.keys(reweigh)])
    if (!names.has(name)) throw invalid('rules', `no rule or family is called '${name}'.`)
  for (const [name, weight] of Object.entries(reweigh))
    if (typeof weight !== 'number' || !(weight >= 0 && weight <= 1)) throw invalid(`rules.reweigh.${name}`, 'must be a number from 0 to 1.')
  return rules
    .filter((rule) => !off.includes(rule.id) && !off.includes(rule.family))
    .map((rule) => {
      const weight = reweigh[rule.id] ?? reweigh[rule.family]
      return weight === undefined ? rule : { ...rule, weight }
    })
}

function invalid(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path, message })
}
