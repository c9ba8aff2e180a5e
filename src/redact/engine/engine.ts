import { lazily } from '../../lib/lazily.ts'
import { type Automaton, buildAutomaton, buildSieve, type Literal, type Sieve, withPlaces } from '../../scan/matcher/index.ts'
import type { Kind } from '../kind.ts'
import type { Cursor } from './cursor.ts'
import { buildQuestions } from './questions.ts'
import { type Match, Run } from './run.ts'

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

/** Shorter texts are read from end to end sooner than sifted. */
const FEW = 96

/** Has `read` go over a text that is all there. */
function readWhole(engine: Engine, text: string, read: (run: Run) => void): void {
  if (text.length < FEW) {
    const run = new Run(engine)
    run.cursor.text = text
    read(run)
    return
  }
  withPlaces(engine.sieve(), text, (places) => {
    const run = new Run(engine, places)
    run.cursor.text = text
    if (places.isAscii) run.cursor.bytes = places.bytes
    read(run)
  })
}

/** Calls `use` with everything in `text` that is a match. `folded` tells what in it stood there otherwise. */
export function eachMatch(engine: Engine, text: string, folded: Cursor['folded'], use: (match: Match) => void): void {
  readWhole(engine, text, (run) => {
    run.cursor.folded = folded
    run.each((match) => {
      use(match)
      return false
    })
  })
}

/** True when something in `text` is a match. It may be raw text of which matches are parts. */
export function hasMatch(engine: Engine, text: string): boolean {
  let found = false
  readWhole(engine, text, (run) => run.each(() => (found = true)))
  return found
}
