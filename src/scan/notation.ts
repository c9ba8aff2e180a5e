import type { Severity } from '../core/finding.ts'
import type { HiddenCharacters, Pattern, Rule, Words } from './rule.ts'
import { verifiers } from './verifiers.ts'

/** Reads the notation of src/rules/index.ts. It is our own data, so nothing here guards against nonsense; the tests do. */

/** Lines, with those that begin with a blank joined to the one before. */
function linesOf(text: string): readonly string[] {
  return text
    .trim()
    .replace(/\|\n +/g, '|')
    .replace(/\n +/g, '  ')
    .split('\n')
}

/** `name alternatives` lines as lists. Names that come twice (in tables of several languages) are put together. */
export function readWords(text: string, prefix = ''): Map<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>()
  for (const line of linesOf(text)) {
    if (line.startsWith('#')) continue
    const space = line.indexOf(' ')
    const name = prefix + line.slice(0, space)
    lists.set(name, [...(lists.get(name) ?? []), ...line.slice(space + 1).split('|')])
  }
  return lists
}

/** Rules of a text, in order. */
export function readRules(text: string, words: ReadonlyMap<string, readonly string[]>): Rule[] {
  const rules: Rule[] = []
  let family = ''
  let common: string | undefined
  for (const line of linesOf(text)) {
    if (line.startsWith('#')) {
      ;[, family, common] = line.split(' ') as [string, string, string?]
      continue
    }
    const [, name, severity, weight, technique, check, pattern] = /^(\S+) (\S+) (\S+) (?:(T\d+) )?(?:!(\S+) )?(.*)$/.exec(line)!
    rules.push({
      id: `${family}/${name}`,
      family,
      severity: severity as Severity,
      technique: technique ?? common,
      weight: toWeight(weight!),
      pattern: toPattern(pattern!, words),
      verify: check === undefined ? undefined : verifiers[check as keyof typeof verifiers],
    })
  }
  return rules
}

function toWeight(notation: string): Rule['weight'] {
  const [prompt, tool = prompt, definition = tool] = notation.split('/').map((percent) => Number(percent) / 100) as [
    number,
    number?,
    number?,
  ]
  return { prompt, 'tool-arguments': tool!, 'tool-result': tool!, resource: tool!, 'tool-definition': definition! }
}

function toPattern(notation: string, words: ReadonlyMap<string, readonly string[]>): Pattern {
  if (notation.startsWith('= ')) return { any: notation.slice(2).split(/ {2,}/) }
  const [first, ...tokens] = notation.match(/(?:\([^)]*\)|[^\s(])+/g) as [string, ...string[]]
  if (first === 'characters') return { characters: tokens[0] as HiddenCharacters }
  const part = (token: string) => toWords(token, words)
  if (first.startsWith('~')) return { near: tokens.map(part), within: Number(first.slice(1)) }
  if (tokens.length === 0) return { any: part(first) }
  return { sequence: [first, ...tokens.filter((_, i) => i % 2 === 1)].map(part), gap: tokens.filter((_, i) => i % 2 === 0).map(Number) }
}

// The compiler knows lists by identity, so the same notation must give the same list.
const parts = new WeakMap<ReadonlyMap<string, readonly string[]>, Map<string, Words>>()

function toWords(part: string, words: ReadonlyMap<string, readonly string[]>): Words {
  let cache = parts.get(words)
  if (cache === undefined) parts.set(words, (cache = new Map()))
  let found = cache.get(part)
  if (found === undefined) {
    const group = (token: string) => (token.startsWith('(') ? token.slice(1, -1).split('|') : words.get(token)!)
    found = (part.match(/(?:\([^)]*\)|[^/(])+/g) ?? []).flatMap((alternative) => {
      const groups = (alternative.replace(/:$/, '').match(/\([^)]*\)|[^_(]+/g) ?? []).map(group)
      const phrases = groups.reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => `${head} ${tail}`)))
      return alternative.endsWith(':')
        ? phrases.flatMap((phrase) => [`${phrase.replace('*', '')}:*`, `${phrase.replace('*', '')} :*`])
        : phrases
    })
    cache.set(part, found)
  }
  return found
}
