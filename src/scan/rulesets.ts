import * as data from '../rules/index.ts'
import { readRules, readWords } from './notation.ts'
import type { Rule } from './rule.ts'

type RulesetName = 'injection' | 'multilingual' | 'unicode' | 'aztp'

const texts: Readonly<Record<RulesetName, readonly string[]>> = {
  injection: [data.override, data.markers, data.authority, data.extract, data.coerce, data.persona],
  multilingual: [data.multilingual],
  unicode: [data.unicode],
  aztp: [data.aztp],
}

let words: ReadonlyMap<string, readonly string[]> | undefined
const made: Partial<Record<RulesetName, readonly Rule[]>> = {}

function make(name: RulesetName): readonly Rule[] {
  words ??= new Map([...readWords(data.words), ...readWords(data.languages, 'x.')])
  return (made[name] ??= texts[name].flatMap((text) => readRules(text, words!)))
}

/** Rulesets by name: `injection`, `multilingual` and `unicode` are the default, `aztp` is the fifteen intents of the AZTP design. */
export const rulesets: Readonly<Record<RulesetName, readonly Rule[]>> = {
  get injection() {
    return make('injection')
  },
  get multilingual() {
    return make('multilingual')
  },
  get unicode() {
    return make('unicode')
  },
  get aztp() {
    return make('aztp')
  },
}

/** What `safeMcp()` goes by. */
export function defaultRules(): readonly Rule[] {
  return [...rulesets.injection, ...rulesets.multilingual, ...rulesets.unicode]
}
