import { lazily } from '../../lib/lazily.ts'
import { type Automaton, buildAutomaton, buildSieve, type Literal, type Sieve } from '../../scan/matcher/index.ts'
import type { Kind } from '../kind.ts'
import { buildQuestions } from './questions.ts'

/** Kinds, compiled. Immutable; shared by every text and stream. */
export interface Engine {
  readonly automaton: Automaton
  /** What to ask in each state of the automaton. */
  readonly questions: Int32Array
  /** The kind of each literal of the automaton. */
  readonly owners: readonly Kind[]
  /** By literal, which of the triggers of its kind it is. */
  readonly indexes: Uint16Array
  /** By literal, what its kind asks. */
  readonly verifiers: readonly Kind['verify'][]
  /** Where in a whole text triggers may stand. Built when first used. */
  readonly sieve: () => Sieve
  readonly reachesBack: boolean
  /** Matches carry their text, for replacements that need it. */
  readonly keepsText: boolean
}

/** A flood of digits, or of braces, is one question. */
const alphabet = { digits: true, once: '{' }

export function createEngine(kinds: readonly Kind[], keepsText = false): Engine {
  const literals: Literal[] = []
  const owners: Kind[] = []
  const indexes: number[] = []
  for (const kind of kinds) {
    for (const [index, trigger] of kind.triggers.entries()) {
      literals.push({ text: trigger, left: kind.wholeWords === true && /^\w/.test(trigger) })
      owners.push(kind)
      indexes.push(index)
    }
  }
  const automaton = buildAutomaton(literals, alphabet)
  return {
    automaton,
    questions: buildQuestions(automaton, owners, indexes),
    sieve: lazily(() => buildSieve(literals, alphabet)),
    owners,
    indexes: Uint16Array.from(indexes),
    verifiers: owners.map((kind) => kind.verify),
    reachesBack: kinds.some((kind) => kind.reachesBack === true),
    keepsText,
  }
}
