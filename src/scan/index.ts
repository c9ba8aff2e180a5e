/** Finds injected instructions and hidden text, in time linear in the text. Without HTTP, on any runtime. */

export { defineRule } from './define-rule.ts'
export type { Detection, Detector, DetectorContext } from './detector.ts'
export type { ScanResult } from './result.ts'
export type { HiddenCharacters, Pattern, Rule, Words } from './rule.ts'
export { rulesets } from './rulesets.ts'
export type { Neutralise } from './sanitise.ts'
export { createScanner, type RuleOverrides, type ScanContext, type Scanner, type ScannerOptions } from './scanner.ts'
export type { Sensitivity } from './score.ts'
export { type Leaf, walkStrings } from './walk.ts'
