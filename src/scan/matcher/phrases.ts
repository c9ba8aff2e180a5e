import { type AlphabetOptions, foldTable, isSimple, isWordByte } from './alphabet.ts'
import { LazyAutomaton } from './lazy-automaton.ts'
import type { Literal } from './literal.ts'
import { type PhraseLiteral, PhraseReader, type PhraseSink } from './phrase-reader.ts'

/**
 * Thousands of phrases, found by their last letters.
 *
 * An automaton over whole phrases has a state for nearly every letter of every phrase. This one knows only their last few letters;
 * where it sees those, the rest is read backwards, in a trie of everything that may stand before. Mostly that is over after a letter,
 * and never does it go further back than a phrase and the white space within it are long: text is read a bounded number of times.
 */
export interface Phrases {
  readonly automaton: LazyAutomaton
  readonly reader: PhraseReader
}

/** Bytes of a phrase the automaton looks for: fewer make fewer states and more false starts. */
const TAIL = 7
/** A last word of up to so many letters is common, and some of the word before goes with it. */
const SHORT = 8
/** Letters of the word before a short last one. */
const BEFORE = 2
/** Of a phrase that is never found. */
const NONE = -1

/** Where the tail of a phrase begins. */
function tailFrom(text: string): number {
  const from = text.length - TAIL
  const space = text.lastIndexOf(' ', text.length - 2)
  return Math.max(0, space >= text.length - 1 - SHORT ? Math.min(from, space - BEFORE) : from)
}

/**
 * Takes literals as {@link buildAutomaton} does, in the order of their ids. Empty ones are never found.
 *
 * Plain loops over flat arrays, and no string that need not be: this runs once, before anything is compiled.
 */
export function buildPhrases(literals: readonly PhraseLiteral[], options: AlphabetOptions): Phrases {
  const fold = foldTable(options)
  const ascii = options.ascii === true
  const { length } = literals
  const tailOf = new Int32Array(length)
  const leftBound = new Uint8Array(length)
  const plain = new Uint8Array(length)
  const lengths = new Uint8Array(length)
  const topics = new Int32Array(length)
  const idStart = new Int32Array(length + 1)
  /** By bounds, tails by their text: of thousands of phrases, many end alike. */
  const known = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
  const tails: Literal[] = []
  for (let id = 0; id < length; id++) {
    const { text, left = false, right = false, topic = -1 } = literals[id]!
    tailOf[id] = NONE
    if (text === '' || (ascii && !isSimple(text))) continue
    const at = tailFrom(text)
    const end = text.slice(at)
    const begins = at === 0 ? left : isWordByte(text.charCodeAt(at)) && !isWordByte(text.charCodeAt(at - 1))
    const map = known[(begins ? 2 : 0) + (right ? 1 : 0)]!
    let tail = map.get(end)
    if (tail === undefined) {
      tail = tails.push({ text: end, left: begins, right }) - 1
      map.set(end, tail)
      lengths[tail] = end.length
      plain[tail] = end.includes(' ') ? 0 : 1
    }
    if (at > 0) plain[tail] = 0
    if (left) leftBound[id] = 1
    topics[tail]! |= topic
    tailOf[id] = tail
    idStart[tail + 1]!++
  }
  const count = tails.length
  let most = 0
  for (let tail = 0; tail < count; tail++) {
    most = Math.max(most, idStart[tail + 1]!)
    idStart[tail + 1]! += idStart[tail]!
  }
  const filled = idStart.slice()
  const ids = new Int32Array(idStart[count]!)
  for (let id = 0; id < length; id++) if (tailOf[id] !== NONE) ids[filled[tailOf[id]!]!++] = id
  const automaton = new LazyAutomaton(tails, options)
  const parts = { literals, fold, collapse: options.collapse === true, plain, lengths, topics, idStart, ids, leftBound }
  return { automaton, reader: new PhraseReader(automaton, parts, most) }
}

/** Looks for all phrases in a whole text; true when the sink stopped the scan. The sink must not look for the same phrases meanwhile. */
export function findPhrases({ reader }: Phrases, bytes: Uint8Array, sink: PhraseSink): boolean {
  return reader.find(bytes, sink)
}
