import { aztp, foreignWords, injection, multilingual, type RuleRow, unicode, type WeightRow, words } from '../rules/index.ts'
import type { HiddenCharacters, Pattern, Rule, Words } from './rule.ts'
import { verifiers } from './verifiers.ts'

/** Rulesets by name: `injection`, `multilingual` and `unicode` are the default, `aztp` is the fifteen intents of the AZTP design. */
export const rulesets: Readonly<Record<'injection' | 'multilingual' | 'unicode' | 'aztp', readonly Rule[]>> = {
  get injection() {
    return (made.injection ??= injection.map(toRule))
  },
  get multilingual() {
    return (made.multilingual ??= multilingual.map(toRule))
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
  return [...rulesets.injection, ...rulesets.multilingual, ...rulesets.unicode]
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

/** One part of a pattern: `name`, `(words|in brackets)`, `(a|b)_(c|d)` for every pair with a space, `(a|b):` with a colon, `x/y` for both. */
function list(part: string): Words {
  let found = lists.get(part)
  if (found === undefined) {
    found = (part.match(/(?:\([^)]*\)|[^/(])+/g) ?? []).flatMap((alternative) => {
      const groups = alternative.replace(/:$/, '').match(/\([^)]*\)|[^_(]+/g) ?? []
      const phrases = groups.map(group).reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => `${head} ${tail}`)))
      return alternative.endsWith(':') ? phrases.map((phrase) => `${phrase}:*`) : phrases
    })
    lists.set(part, found)
  }
  return found
}

function group(token: string): readonly string[] {
  return (token.startsWith('(') ? token.slice(1, -1) : (words[token] ?? foreignWords[token])!).split('|')
}

function toPattern(notation: string | readonly string[]): Pattern {
  if (typeof notation !== 'string') return { any: notation }
  const [first, ...tokens] = notation.match(/(?:\([^)]*\)|[^\s(])+/g) as [string, ...string[]]
  if (first === 'characters') return { characters: tokens[0] as HiddenCharacters }
  if (first.startsWith('~')) return { near: tokens.map(list), within: Number(first.slice(1)) }
  if (tokens.length === 0) return { any: list(first) }
  return { sequence: [first, ...tokens.filter((_, i) => i % 2 === 1)].map(list), gap: tokens.filter((_, i) => i % 2 === 0).map(Number) }
}
