import { type AlphabetOptions, buildAlphabet, foldTable, isSimple, isWordByte } from './alphabet.ts'
import { type Automaton, assemble, type Literal } from './automaton.ts'
import { PhraseReader, type PhraseSink } from './phrase-reader.ts'
import { Trie } from './trie.ts'

/** A literal, and what it is about. */
export interface PhraseLiteral extends Literal {
  /** Bits; where a sink has heard enough of all of them, it is not told. Absent: it is told each time. */
  readonly topic?: number | undefined
}

/**
 * Thousands of phrases, found by their last letters.
 *
 * An automaton over whole phrases has a state for nearly every letter of every phrase. This one knows only their last few letters;
 * where it sees those, the rest is read backwards, in a trie of everything that may stand before. Mostly that is over after a letter,
 * and never does it go further back than a phrase and the white space within it are long: text is read a bounded number of times.
 */
export interface Phrases {
  readonly automaton: Automaton
  readonly reader: PhraseReader
}

/** What phrases end with. Arrays are by tail, which is the literal of the automaton, unless said otherwise. */
export interface Tails {
  /** By phrase. */
  readonly literals: readonly PhraseLiteral[]
  readonly fold: Uint8Array
  readonly collapse: boolean
  /** 1 where the phrases are their tails and as long in every text: most of what is found is of that kind, and needs no reading back. */
  readonly plain: Uint8Array
  readonly lengths: Uint8Array
  /** Topics of the phrases that end so. */
  readonly topics: Int32Array
  /** Phrases that end so: `ids[idStart[tail] .. idStart[tail + 1])`. */
  readonly idStart: Int32Array
  readonly ids: Int32Array
  /** By phrase: 1 where it must begin a word. */
  readonly leftBound: Uint8Array
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
  const used = new Uint8Array(256)
  const from = new Int16Array(literals.length)
  let length = 2
  for (let id = 0; id < literals.length; id++) {
    const { text } = literals[id]!
    from[id] = text === '' || (options.ascii === true && !isSimple(text)) ? NONE : tailFrom(text)
    if (from[id] === NONE) continue
    length += text.length - from[id]!
    for (let i = from[id]!; i < text.length; i++) used[text.charCodeAt(i)] = 1
  }
  const alphabet = buildAlphabet(fold, used)
  const { classOf } = alphabet
  const trie = new Trie(length)
  /** By the node a tail ends at, and whether it must end a word: the tail, counted from 1. */
  const tailAt = new Int32Array(2 * length)
  const tailOf = new Int32Array(literals.length)
  const endOf = new Int32Array(literals.length)
  const rightBound = new Uint8Array(literals.length)
  const plain = new Uint8Array(literals.length)
  const lengths = new Uint8Array(literals.length)
  const topics = new Int32Array(literals.length)
  const leftBound = new Uint8Array(literals.length)
  const idStart = new Int32Array(literals.length + 1)
  let count = 0
  for (let id = 0; id < literals.length; id++) {
    const at = from[id]!
    if (at === NONE) continue
    const { text, left = false, right = false, topic = -1 } = literals[id]!
    leftBound[id] = left ? 1 : 0
    let node = (at === 0 ? left : isWordByte(text.charCodeAt(at)) && !isWordByte(text.charCodeAt(at - 1))) ? 1 : 0
    for (let i = at; i < text.length; i++) node = trie.grow(node, classOf[text.charCodeAt(i)]!)
    const slot = 2 * node + (right ? 1 : 0)
    let tail = tailAt[slot]! - 1
    if (tail < 0) {
      tail = count++
      tailAt[slot] = count
      endOf[tail] = node
      rightBound[tail] = right ? 1 : 0
      lengths[tail] = text.length - at
      plain[tail] = text.includes(' ', at) ? 0 : 1
    }
    if (at > 0) plain[tail] = 0
    topics[tail]! |= topic
    tailOf[id] = tail
    idStart[tail + 1]!++
  }
  let most = 0
  for (let tail = 0; tail < count; tail++) {
    most = Math.max(most, idStart[tail + 1]!)
    idStart[tail + 1]! += idStart[tail]!
  }
  const filled = idStart.slice()
  const ids = new Int32Array(idStart[count]!)
  for (let id = 0; id < literals.length; id++) if (from[id] !== NONE) ids[filled[tailOf[id]!]!++] = id
  const masks = new Int32Array(count).fill(-1)
  const automaton = assemble({ alphabet, trie, endOf: endOf.subarray(0, count), rightBound, masks, literals: [] }, options, false)
  const tails = { literals, fold, collapse: options.collapse === true, plain, lengths, topics, idStart, ids, leftBound }
  return { automaton, reader: new PhraseReader(automaton, tails, most) }
}

/** Looks for all phrases in a whole text; true when the sink stopped the scan. The sink must not look for the same phrases meanwhile. */
export function findPhrases({ reader }: Phrases, bytes: Uint8Array, sink: PhraseSink): boolean {
  return reader.find(bytes, sink)
}
