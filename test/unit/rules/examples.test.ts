import { describe, expect, it } from 'vitest'
import { rulesets } from '../../../src/scan/index.ts'
import { Inspector } from '../../../src/scan/inspector.ts'
import { compileRules } from '../../../src/scan/program.ts'
import { partsOf, type Rule, slotKinds } from '../../../src/scan/rule.ts'
import { examples } from './examples.ts'

/** Does the rule match, whatever it weighs? */
function matches(rule: Rule, text: string): boolean {
  return new Inspector(compileRules([{ ...rule, weight: 1 }]), 'high')
    .inspect(text, 'prompt')
    .findings.some((finding) => finding.rule === rule.id)
}

describe('rules', () => {
  it('have examples each, and no example is left over', () => {
    expect(Object.keys(examples).sort()).toEqual(rulesets.injection.map((rule) => rule.id).sort())
  })

  it.each(rulesets.injection.map((rule) => [rule.id, rule] as const))('%s matches its example and not the one close by', (id, rule) => {
    const [match, clean] = examples[id]!
    expect(matches(rule, match), match).toBe(true)
    expect(matches(rule, clean), clean).toBe(false)
  })

  const all = [...rulesets.injection, ...rulesets.multilingual, ...rulesets.unicode, ...rulesets.aztp]

  it('have ids of their own, a severity, a technique unless they are excuses, and sound weights', () => {
    expect(new Set(all.map((rule) => rule.id)).size).toBe(all.length)
    for (const rule of all) {
      expect(['info', 'low', 'medium', 'high', 'critical'], rule.id).toContain(rule.severity)
      if (rule.family !== 'excuse') expect(rule.technique, rule.id).toMatch(/^T\d{4}$/)
      for (const slot of slotKinds) {
        const weight = (rule.weight as Record<string, number>)[slot]!
        expect(Number.isFinite(weight) && weight >= -1 && weight <= 1, `${rule.id} ${slot}`).toBe(true)
      }
    }
  })

  it('match what their word lists say, part by part', () => {
    for (const rule of all) {
      const parts = partsOf(rule.pattern)
      if (parts.length === 0 || rule.verify !== undefined) continue
      const text = parts.map((words) => words[0]!.replace(/^\*|\*$/g, '')).join(' ')
      expect(matches(rule, text), `${rule.id}: ${text}`).toBe(true)
    }
  })
})
