import { aztp, injection, type RuleRow, unicode, type WeightRow, words } from '../rules/index.ts'
import type { HiddenCharacters, Pattern, Rule, Words } from './rule.ts'
import { verifiers } from './verifiers.ts'

/** Rulesets by name: `injection` and `unicode` are the default, `aztp` is the fifteen intents of the AZTP design. */
export const rulesets: Readonly<Record<'injection' | 'unicode' | 'aztp', readonly Rule[]>> = {
  get injection() {
    return (made.injection ??= injection.map(toRule))
  },
  get unicode() {
    return (made.unicode ??= unicode.map(toRule))
  },
  get aztp() {
    return (made.aztp ??= aztp.map(toRule))
  },
}
const made: Partial<Record<keyof typeof rulesets, readonly Rule[]>> = {}

/** What `safeMcp()` goes by. */
export function defaultRules(): readonly Rule[] {
  return [...rulesets.injection, ...rulesets.unicode]
}

/** A row of the tables as a rule. */
export function toRule([id, severity, weight, pattern, technique, check]: RuleRow): Rule {
  const family = id.slice(0, id.lastIndexOf('/'))
  return { id, family, severity, technique, weight: toWeight(weight), pattern: toPattern(pattern), verify: check && verifiers[check] }
}

function toWeight(weight: WeightRow): Rule['weight'] {
  if (typeof weight === 'number') return weight
  const [prompt, tool, definition] = weight
  return { prompt, 'tool-arguments': tool, 'tool-result': tool, resource: tool, 'tool-definition': definition }
}

const lists = new Map<string, Words>()

function list(token: string): Words {
  let found = lists.get(token)
  if (found === undefined) {
    found = (token.startsWith('(') ? token.slice(1, -1) : words[token]!).split('|')
    lists.set(token, found)
  }
  return found
}

function toPattern(notation: string | readonly string[]): Pattern {
  if (typeof notation !== 'string') return { any: notation.map((text) => `*${text}*`) }
  const [first, ...tokens] = notation.match(/\([^)]*\)|[^\s(]+/g) as [string, ...string[]]
  if (first === 'characters') return { characters: tokens[0] as HiddenCharacters }
  if (first.startsWith('~')) return { near: tokens.map(list), within: Number(first.slice(1)) }
  if (tokens.length === 0) return { any: list(first) }
  return { sequence: [first, ...tokens.filter((_, i) => i % 2 === 1)].map(list), gap: tokens.filter((_, i) => i % 2 === 0).map(Number) }
}
