import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Severity, SlotKind } from '../core/finding.ts'

/**
 * Alternatives that stand for one another: words (`'ignore'`), phrases (`'system prompt'`), markers (`'<|im_start|>'`).
 *
 * Case, accents, look-alike characters, invisible characters, line breaks and digits in place of letters do not matter.
 * `*` at the end takes any ending (`'instruction*'`), at the beginning any beginning.
 */
export type Words = readonly string[]

/** What to look for. Every form is matched in one pass, in time linear in the text. */
export type Pattern =
  /** Any of the words. */
  | { readonly any: Words }
  /** All parts in this order, at most `gap` characters apart (one number for all gaps, or one each). */
  | { readonly sequence: readonly Words[]; readonly gap: number | readonly number[] }
  /** All parts in any order, none ending more than `within` characters before the last. */
  | { readonly near: readonly Words[]; readonly within: number }
  /** Found by code: hidden characters, which a list of words cannot describe. */
  | { readonly characters: HiddenCharacters }

/** Kinds of hidden or misleading characters the normaliser notices. */
export type HiddenCharacters = 'invisible' | 'bidi' | 'tags' | 'variation' | 'private-use' | 'combining' | 'mixed-script'

/** A named pattern. Rules are data; they hold no state and no code but a bounded verifier. */
export interface Rule {
  /** `family/name`. */
  readonly id: string
  /** Rules of one family tell the same story: within a passage only the strongest counts. */
  readonly family: string
  readonly severity: Severity
  /** Technique of the public SAFE-MCP catalogue, number form. */
  readonly technique?: string | undefined
  /**
   * How much it proves alone, 0 to 1; by slot where that differs (slots not named: the rule is off there).
   * Below 0 it is an excuse: what follows shortly after counts that much less, unless it weighs 0.9 or more.
   */
  readonly weight: number | Readonly<Partial<Record<SlotKind, number>>>
  readonly pattern: Pattern
  /** Has the last word on a match. It sees at most 256 characters around it; it must be quick and must not throw. */
  readonly verify?: ((passage: { readonly text: string; readonly start: number; readonly end: number }) => boolean) | undefined
  readonly examples?: { readonly match: readonly string[]; readonly clean: readonly string[] } | undefined
}

export const slotKinds: readonly SlotKind[] = ['prompt', 'tool-arguments', 'tool-result', 'resource', 'tool-definition']

export const MAX_GAP = 256
const MAX_PARTS = 6
const MAX_WORDS = 512
export const MAX_WORD_LENGTH = 64

/** Throws SafeMcpConfigError (`invalid_rule`) about a rule. */
export function rejectRule(rule: Rule, message: string): never {
  throw new SafeMcpConfigError({ code: 'invalid_rule', path: `rules.${String(rule?.id)}`, message })
}

/** Checks the shape of a rule. */
export function checkRule(rule: Rule): void {
  const bad = (message: string): never => rejectRule(rule, message)
  if (typeof rule?.id !== 'string' || !/^[\w.-]{1,60}(\/[\w.-]{1,60}){1,3}$/.test(rule.id)) bad("id must look like 'family/name'.")
  if (typeof rule.family !== 'string' || rule.family === '') bad('family must be a name.')
  if (!['info', 'low', 'medium', 'high', 'critical'].includes(rule.severity)) bad('severity must be info, low, medium, high or critical.')
  const weights = typeof rule.weight === 'number' ? [rule.weight] : Object.values(rule.weight ?? {})
  if (weights.length === 0 || weights.some((weight) => typeof weight !== 'number' || !(weight >= -1 && weight <= 1)))
    bad('weight must be a number from -1 to 1, or one by slot.')
  if (typeof rule.weight === 'object')
    for (const slot of Object.keys(rule.weight)) if (!slotKinds.includes(slot as SlotKind)) bad(`weight names an unknown slot '${slot}'.`)
  if (rule.verify !== undefined && typeof rule.verify !== 'function') bad('verify must be a function.')
  const pattern = rule.pattern as Partial<Record<string, unknown>> | undefined
  if (typeof pattern !== 'object' || pattern === null || pattern instanceof RegExp)
    bad('pattern must be { any }, { sequence, gap } or { near, within }; regular expressions are not linear and are refused.')
  for (const words of partsOf(rule.pattern)) checkWords(words, bad)
  checkShape(rule.pattern, bad)
}

/** The word lists of a pattern, in order. */
export function partsOf(pattern: Pattern): readonly Words[] {
  if ('any' in pattern) return [pattern.any]
  if ('sequence' in pattern) return pattern.sequence
  if ('near' in pattern) return pattern.near
  return []
}

/** Gap before each part of a sequence but the first. */
export function gapsOf(pattern: { readonly sequence: readonly Words[]; readonly gap: number | readonly number[] }): readonly number[] {
  const { gap, sequence } = pattern
  return typeof gap === 'number' ? sequence.slice(1).map(() => gap) : gap
}

type Bad = (message: string) => never

function checkShape(pattern: Pattern, bad: Bad): void {
  const parts = partsOf(pattern)
  if ('characters' in pattern || 'any' in pattern) return
  if (!('sequence' in pattern) && !('near' in pattern)) bad('pattern must be { any }, { sequence, gap } or { near, within }.')
  if (!Array.isArray(parts) || parts.length < 2 || parts.length > MAX_PARTS) bad(`a sequence or near set has 2 to ${MAX_PARTS} parts.`)
  const distances = 'sequence' in pattern ? gapsOf(pattern) : 'near' in pattern ? [pattern.within] : []
  if ('sequence' in pattern && distances.length !== parts.length - 1) bad('gap must be one number, or one for each step between parts.')
  if (distances.some((distance) => !Number.isInteger(distance) || distance < 1 || distance > MAX_GAP))
    bad(`gaps must be whole numbers from 1 to ${MAX_GAP}: an unbounded gap is not linear.`)
}

function checkWords(words: unknown, bad: Bad): void {
  if (!Array.isArray(words) || words.length === 0 || words.length > MAX_WORDS) bad(`words must be a list of 1 to ${MAX_WORDS} strings.`)
  for (const word of words as unknown[]) {
    if (typeof word !== 'string') bad('words must be strings; regular expressions are not linear and are refused.')
    const core = (word as string).replace(/^\*|\*$/g, '')
    if (core.length < 2 || core.length > MAX_WORD_LENGTH) bad(`'${String(word)}' must have 2 to ${MAX_WORD_LENGTH} characters besides '*'.`)
  }
}
