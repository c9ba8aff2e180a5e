import { type AlphabetOptions, foldTable, isSimple, isWordByte } from './alphabet.ts'
import { type Automaton, buildAutomaton, type Literal } from './automaton.ts'
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

/**
 * Thousands of phrases, found by their last letters.
 *
 * An automaton over whole phrases has a state for nearly every letter of every phrase. This one knows only their last few letters;
 * where it sees those, the rest is read backwards, in a trie of everything that may stand before. Mostly that is over after a letter,
 * and never does it go further back than a phrase and the white space within it are long: text is read a bounded number of times.
 */
export interface Phrases {
  readonly automaton: Automaton
  readonly literals: readonly PhraseLiteral[]
  readonly fold: Uint8Array
  readonly collapse: boolean
  /** By literal of the automaton, as are the next four. */
  readonly tails: readonly Tail[]
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
  readonly reader: Reader
}

interface Tail {
  readonly text: string
  readonly spaced: boolean
  /** The phrases that end so are no longer than that. */
  whole: boolean
  /** Phrases that end so. */
  readonly ids: number[]
  /** What stands before it in those, back to front. Made when the tail is first seen, which most never are. */
  heads: Heads | undefined
}

/** What may stand before a tail, read back to front. */
interface Heads {
  /** By byte: its column, the same for all that a phrase does not tell apart; 0 where no phrase goes on. */
  readonly columnOf: Uint8Array
  readonly width: number
  /**
   * `next[row + column]` is the row of the node a byte before leads to, or 0; negative where that node is the beginning of phrases. The last
   * column of its row then says which of `ids` they are.
   */
  readonly next: Int32Array
  readonly ids: readonly (readonly number[])[]
}

/** Bytes of a phrase the automaton looks for: fewer make fewer states and more false starts. */
const TAIL = 7
/** A last word of up to so many letters is common, and some of the word before goes with it. */
const SHORT = 8
/** Letters of the word before a short last one. */
const BEFORE = 2
const SPACE = 0x20

/** Where the tail of a phrase begins. */
function tailOf(text: string): number {
  const from = text.length - TAIL
  const space = text.lastIndexOf(' ', text.length - 2)
  return Math.max(0, space >= text.length - 1 - SHORT ? Math.min(from, space - BEFORE) : from)
}

/** Takes literals as {@link buildAutomaton} does, in the order of their ids. Empty ones are never found. */
export function buildPhrases(literals: readonly PhraseLiteral[], options: AlphabetOptions): Phrases {
  const tails: Tail[] = []
  const found: Literal[] = []
  const known = new Map<string, Tail>()
  for (let id = 0; id < literals.length; id++) {
    const { text, left = false, right = false } = literals[id]!
    if (text === '' || (options.ascii === true && !isSimple(text))) continue
    const from = tailOf(text)
    const end = text.slice(from)
    const starts = from === 0 ? left : isWordByte(text.charCodeAt(from)) && !isWordByte(text.charCodeAt(from - 1))
    const key = `${starts ? '(' : ' '}${right ? ')' : ' '}${end}`
    let tail = known.get(key)
    if (tail === undefined) {
      known.set(key, (tail = { text: end, spaced: end.includes(' '), whole: true, ids: [], heads: undefined }))
      tails.push(tail)
      found.push({ text: end, left: starts, right })
    }
    tail.ids.push(id)
    if (from > 0) tail.whole = false
  }
  const automaton = buildAutomaton(found, options, false)
  // Loops, not `from` with a function: this runs once, before anything is compiled.
  const plain = new Uint8Array(tails.length)
  const lengths = new Uint8Array(tails.length)
  const topics = new Int32Array(tails.length)
  const idStart = new Int32Array(tails.length + 1)
  const leftBound = new Uint8Array(literals.length)
  let most = 0
  for (let i = 0; i < tails.length; i++) {
    const { text, whole, spaced, ids } = tails[i]!
    plain[i] = whole && !spaced ? 1 : 0
    lengths[i] = text.length
    idStart[i + 1] = idStart[i]! + ids.length
    for (let k = 0; k < ids.length; k++) topics[i]! |= literals[ids[k]!]!.topic ?? -1
    most = Math.max(most, ids.length)
  }
  const ids = new Int32Array(idStart[tails.length]!)
  for (let i = 0; i < tails.length; i++) ids.set(tails[i]!.ids, idStart[i]!)
  for (let i = 0; i < literals.length; i++) leftBound[i] = literals[i]!.left === true ? 1 : 0
  const parts = {
    automaton,
    literals,
    fold: foldTable(options),
    collapse: options.collapse === true,
    tails,
    plain,
    lengths,
    topics,
    idStart,
    ids,
    leftBound,
  }
  return { ...parts, reader: new Reader(parts, most) }
}

/** Looks for all phrases in a whole text; true when the sink stopped the scan. The sink must not look for the same phrases meanwhile. */
export function findPhrases({ reader }: Phrases, bytes: Uint8Array, sink: PhraseSink): boolean {
  return reader.find(bytes, sink)
}

const nothing = new Uint8Array(0)
const nobody: PhraseSink = { phrase: () => true, heard: 0 }

/** Reads on backwards from where a tail was seen. There is one for all texts: a short one must not pay for its making. */
class Reader implements MatchSink {
  readonly #phrases: Omit<Phrases, 'reader'>
  #bytes: Uint8Array = nothing
  #sink = nobody
  /** Phrase and start, of those found at one place. */
  readonly #found: Int32Array

  constructor(phrases: Omit<Phrases, 'reader'>, most: number) {
    this.#phrases = phrases
    this.#found = new Int32Array(most * 2)
  }

  find(bytes: Uint8Array, sink: PhraseSink): boolean {
    const { automaton } = this.#phrases
    this.#bytes = bytes
    this.#sink = sink
    try {
      return runAutomaton(automaton, bytes, 0, bytes.length, automaton.begin, this) === STOPPED
    } finally {
      this.#bytes = nothing
      this.#sink = nobody
    }
  }

  match(id: number, end: number): boolean {
    const { fold, tails, collapse, plain, lengths, topics, idStart, ids: all } = this.#phrases
    if ((topics[id]! & ~this.#sink.heard) === 0) return false
    const bytes = this.#bytes
    if (plain[id] === 1) {
      const start = end - lengths[id]!
      for (let i = idStart[id]!, last = idStart[id + 1]!; i < last; i++) if (this.#sink.phrase(all[i]!, start, end)) return true
      return false
    }
    const tail = tails[id]!
    const { columnOf, width, next, ids } = (tail.heads ??= readHeads(this.#phrases, tail))
    let at = tail.spaced && collapse ? this.#before(tail.text, end) : end - lengths[id]!
    const found = this.#found
    const last = width - 1
    let count = ids[0]!.length === 0 ? 0 : this.#keep(ids[0]!, at, 0)
    for (let row = 0; at > 0; ) {
      const byte = bytes[at - 1]!
      row = next[row + columnOf[byte]!]!
      if (row === 0) break
      at = fold[byte] === SPACE ? this.#beforeSpace(at) : at - 1
      if (row > 0) continue
      row = -row
      count = this.#keep(ids[next[row + last]!]!, at, count)
    }
    while (count > 0) {
      count -= 2
      if (this.#sink.phrase(found[count]!, found[count + 1]!, end)) return true
    }
    return false
  }

  /** Keeps those of the phrases that may begin there, behind the `count` numbers kept so far; gives how many there are then. */
  #keep(phrases: readonly number[], at: number, count: number): number {
    const found = this.#found
    for (let i = 0; i < phrases.length; i++)
      if (this.#startsAt(phrases[i]!, at)) {
        found[count++] = phrases[i]!
        found[count++] = at
      }
    return count
  }

  #startsAt(phrase: number, at: number): boolean {
    return at >= 0 && (at === 0 || this.#phrases.leftBound[phrase] === 0 || !isWordByte(this.#bytes[at - 1]!))
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
    if (this.#phrases.collapse) while (this.#isSpace(at - 1)) at--
    return at
  }

  #isSpace(at: number): boolean {
    return at >= 0 && this.#phrases.fold[this.#bytes[at]!] === SPACE
  }
}

function readHeads({ literals, fold }: Omit<Phrases, 'reader'>, tail: Tail): Heads {
  const heads = tail.ids.map((id) => literals[id]!.text.slice(0, literals[id]!.text.length - tail.text.length))
  const columns = new Uint8Array(256)
  let width = 2
  for (const head of heads)
    for (let at = 0; at < head.length; at++) {
      const symbol = fold[head.charCodeAt(at)]!
      if (columns[symbol] === 0) columns[symbol] = width++ - 1
    }
  const next = new Int32Array((heads.reduce((sum, { length }) => sum + length, 0) + 1) * width)
  const ids: number[][] = [[]]
  let used = width
  heads.forEach((head, i) => {
    let row = 0
    let cell = -1
    for (let at = head.length - 1; at >= 0; at--) {
      cell = row + columns[fold[head.charCodeAt(at)]!]!
      if (next[cell] === 0) {
        next[cell] = used
        used += width
      }
      row = Math.abs(next[cell]!)
    }
    // What is all tail begins where that does.
    if (cell >= 0 && next[cell]! > 0) {
      next[cell] = -row
      next[row + width - 1] = ids.push([]) - 1
    }
    ids[next[row + width - 1]!]!.push(tail.ids[i]!)
  })
  return { columnOf: fold.map((symbol) => columns[symbol]!), width, next: next.slice(0, used), ids }
}
