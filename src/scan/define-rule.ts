import { Inspector } from './inspector.ts'
import { compileRules } from './program.ts'
import { checkRule, type Rule, rejectRule, slotKinds } from './rule.ts'

/**
 * Checks a rule and gives it back. Throws SafeMcpConfigError (`invalid_rule`) for what cannot be matched in linear time
 * (regular expressions, unbounded gaps, long lists of parts), for what can never match, and for a rule that contradicts its examples.
 *
 * ```ts
 * const rule = defineRule({
 *   id: 'acme/door',
 *   family: 'acme',
 *   severity: 'high',
 *   weight: 0.9,
 *   pattern: { sequence: [['unlock', 'open'], ['front door']], gap: 16 },
 *   examples: { match: ['unlock my front door'], clean: ['the front door is open'] },
 * })
 * ```
 */
export function defineRule(rule: Rule): Rule {
  checkRule(rule)
  const { match = [], clean = [] } = rule.examples ?? {}
  if (match.length + clean.length === 0) return rule
  const inspector = new Inspector(compileRules([{ ...rule, weight: 1 }]), 'high')
  const finds = (text: string) => slotKinds.some((slot) => inspector.inspect(text, slot).findings.length > 0)
  for (const text of match) if (!finds(text)) rejectRule(rule, `it does not match its own example '${text}'.`)
  for (const text of clean) if (finds(text)) rejectRule(rule, `it matches '${text}', which its examples call clean.`)
  return rule
}
