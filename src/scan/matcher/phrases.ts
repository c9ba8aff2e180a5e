import { type AlphabetOptions, foldTable, isWordByte } from './alphabet.ts'
import { LazyAutomaton } from './lazy-automaton.ts'
import type { Literal } from './literal.ts'
import { type MatchSink, runAutomaton, STOPPED } from './run.ts'

/** Receives matches of phrases in the order of their end; of those with one end, longer ones come first. */
export interface PhraseSink {
  /** Phrase `id` stands in `[start, end)`. Return true to stop the scan. */
  phrase(id: number, start: number, end: number): boolean
  /** Topics it has heard enough of in this text. */
  readonly heard: number
}

/** A literal, and what it is about. */
export interface PhraseLiteral extends Literal {
  /** Bits; where a sink has heard enough of all of them, it is not told. Absent: it is told each time. */
  readonly topic?: number | undefined
}

/** What some phrases end with. */
interface Tail {
  readonly phrases: readonly number[]
  readonly length: number
  /** The phrases are their tails and as long in every text: most of what is found is of that kind, and needs no reading back. */
  readonly isPlain: boolean
  readonly topics: number
  /** Made when the tail is first seen, which most never are. */
  heads: Heads | undefined
}

/** What may stand before a tail, read back to front. */
interface Heads {
  /** The tail, where it has white space, which may be longer in a text; else nothing. */
  readonly spaced: string
  /** By byte: its column, the same for all that a phrase does not tell apart; 0 where no phrase goes on. */
  readonly columnOf: Uint8Array
  /** The column of white space. */
  readonly space: number
  readonly width: number
  /**
   * `next[row + column]` is the row of the node a byte before leads to, or 0; negative where that node is the beginning of phrases. The last
   * column of its row then says where their list begins in `ids`.
   */
  readonly next: Int32Array
  /** Lists of phrases, each ended by a negative number. The first is of those that are all tail. */
  readonly ids: Int32Array
}

const SPACE = 0x20
/** Ends a list of phrases. */
const NONE = -1
const nothing = new Uint8Array(0)
const nobody: PhraseSink = { phrase: () => true, heard: 0 }

/** Letters of a phrase the automaton looks for: fewer make fewer states and more false starts. */
const TAIL = 7
/** A last word of up to so many letters is common, and some of the word before goes with it. */
const SHORT = 8
/** Letters of the word before a short last one. */
const BEFORE = 2

/** The last letters of a phrase, for the automaton. */
function endingOf({ text, left, right }: PhraseLiteral): Literal {
  let from = Math.max(0, text.length - TAIL)
  const space = from === 0 ? -1 : text.lastIndexOf(' ', text.length - 2)
  if (space >= text.length - 1 - SHORT) from = Math.max(0, Math.min(from, space - BEFORE))
  const begins = from === 0 ? left : isWordByte(text.charCodeAt(from)) && !isWordByte(text.charCodeAt(from - 1))
  return { text, from, left: begins, right }
}

/**
 * Thousands of phrases, found by their last letters.
 *
 * An automaton over whole phrases has a state for nearly every letter of every phrase. This one knows only their last few letters;
 * where it sees those, the rest is read backwards, in a trie of everything that may stand before. Mostly that is over after a letter,
 * and never does it go further back than a phrase and the white space within it are long: text is read a bounded number of times.
 *
 * There is one for all texts: a short one must not pay for its making. Nor does that read all phrases to the end: what they end with is sorted
 * as texts come to it.
 */
export class Phrases implements MatchSink {
  readonly #literals: readonly PhraseLiteral[]
  readonly #endings: readonly Literal[]
  readonly #automaton: LazyAutomaton
  readonly #fold: Uint8Array
  readonly #collapse: boolean
  readonly #tails: Tail[] = []
  #bytes: Uint8Array = nothing
  #sink = nobody
  /** Phrase and start, of those found at one place. */
  #found = new Int32Array(64)

  /** Takes literals as the automaton does, in the order of their ids. Empty ones are never found. */
  constructor(literals: readonly PhraseLiteral[], options: AlphabetOptions) {
    this.#literals = literals
    this.#endings = literals.map(endingOf)
    this.#fold = foldTable(options)
    this.#collapse = options.collapse === true
    this.#automaton = new LazyAutomaton(this.#endings, options, (phrases) => this.#addTail(phrases))
  }

  /** Looks for all phrases in a whole text; true when the sink stopped the scan. The sink must not look for the same phrases meanwhile. */
  find(bytes: Uint8Array, sink: PhraseSink): boolean {
    this.#bytes = bytes
    this.#sink = sink
    try {
      return runAutomaton(this.#automaton, bytes, 0, bytes.length, this.#automaton.begin, this) === STOPPED
    } finally {
      this.#bytes = nothing
      this.#sink = nobody
    }
  }

  #addTail(phrases: readonly number[]): number {
    const { text, from = 0 } = this.#endings[phrases[0]!]!
    const end = text.slice(from)
    let topics = 0
    let isPlain = !end.includes(' ')
    for (const phrase of phrases) {
      topics |= this.#literals[phrase]!.topic ?? -1
      if (this.#endings[phrase]!.from !== 0) isPlain = false
    }
    if (this.#found.length < phrases.length * 2) this.#found = new Int32Array(phrases.length * 2)
    return this.#tails.push({ phrases, length: end.length, isPlain, topics, heads: undefined }) - 1
  }

  match(id: number, end: number): boolean {
    const tail = this.#tails[id]!
    if ((tail.topics & ~this.#sink.heard) === 0) return false
    const bytes = this.#bytes
    if (tail.isPlain) {
      const { phrases } = tail
      for (let i = 0; i < phrases.length; i++) if (this.#sink.phrase(phrases[i]!, end - tail.length, end)) return true
      return false
    }
    const { spaced, columnOf, space, width, next, ids } = (tail.heads ??= this.#readHeads(tail))
    let at = spaced === '' ? end - tail.length : this.#before(spaced, end)
    const found = this.#found
    const last = width - 1
    let count = this.#keep(ids, 0, at, 0)
    for (let row = 0; at > 0; ) {
      const column = columnOf[bytes[at - 1]!]!
      row = next[row + column]!
      if (row === 0) break
      at = column === space ? this.#beforeSpace(at) : at - 1
      if (row > 0) continue
      row = -row
      count = this.#keep(ids, next[row + last]!, at, count)
    }
    while (count > 0) {
      count -= 2
      if (this.#sink.phrase(found[count]!, found[count + 1]!, end)) return true
    }
    return false
  }

  /** Keeps those of the list from `from` that may begin at `at`, behind the `count` numbers kept so far; gives how many there are then. */
  #keep(ids: Int32Array, from: number, at: number, count: number): number {
    if (ids[from]! < 0 || at < 0) return count
    const found = this.#found
    const literals = this.#literals
    const opens = at === 0 || !isWordByte(this.#bytes[at - 1]!)
    for (let i = from, phrase = ids[i]!; phrase >= 0; phrase = ids[++i]!) {
      if (!opens && literals[phrase]!.left === true) continue
      found[count] = phrase
      found[count + 1] = at
      count += 2
    }
    return count
  }

  /** Where a tail with white space that ends there begins; -1 for the second and later blanks of a run that ends a tail: they are no news. */
  #before(tail: string, end: number): number {
    if (tail.endsWith(' ') && this.#isSpace(end - 2)) return -1
    let at = end
    for (let i = tail.length - 1; i >= 0; i--) at = tail.charCodeAt(i) === SPACE ? this.#beforeSpace(at) : at - 1
    return at
  }

  #beforeSpace(at: number): number {
    at--
    if (this.#collapse) while (this.#isSpace(at - 1)) at--
    return at
  }

  #isSpace(at: number): boolean {
    return at >= 0 && this.#fold[this.#bytes[at]!] === SPACE
  }

  #readHeads({ phrases, length: ending }: Tail): Heads {
    const literals = this.#literals
    const fold = this.#fold
    const { text } = literals[phrases[0]!]!
    const end = text.slice(text.length - ending)
    const columns = new Uint8Array(256)
    let width = 2
    let size = 1
    for (const phrase of phrases) {
      const { text } = literals[phrase]!
      const length = text.length - end.length
      size += length
      for (let at = 0; at < length; at++) {
        const symbol = fold[text.charCodeAt(at)]!
        if (columns[symbol] === 0) columns[symbol] = width++ - 1
      }
    }
    const next = new Int32Array(size * width)
    const lists: number[][] = [[]]
    let used = width
    for (const phrase of phrases) {
      const { text } = literals[phrase]!
      let row = 0
      let cell = -1
      for (let at = text.length - end.length - 1; at >= 0; at--) {
        cell = row + columns[fold[text.charCodeAt(at)]!]!
        if (next[cell] === 0) {
          next[cell] = used
          used += width
        }
        row = Math.abs(next[cell]!)
      }
      // A phrase that is all tail begins where that does.
      if (cell >= 0 && next[cell]! > 0) {
        next[cell] = -row
        next[row + width - 1] = lists.push([]) - 1
      }
      lists[next[row + width - 1]!]!.push(phrase)
    }
    const starts: number[] = []
    const ids: number[] = []
    for (const list of lists) {
      starts.push(ids.length)
      ids.push(...list, NONE)
    }
    for (let row = width; row < used; row += width) next[row + width - 1] = starts[next[row + width - 1]!]!
    return {
      spaced: this.#collapse && end.includes(' ') ? end : '',
      columnOf: fold.map((symbol) => columns[symbol]!),
      space: columns[SPACE]!,
      width,
      next: next.slice(0, used),
      ids: Int32Array.from(ids),
    }
  }
}
