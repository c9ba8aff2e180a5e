import { type Alphabet, type AlphabetOptions, asciiAlphabet, buildAlphabet, foldTable } from './alphabet.ts'
import { type Columns, columnsOf } from './columns.ts'
import type { Literal } from './literal.ts'

/** What a row says where nobody has written it yet: no automaton has such a state. */
export const UNKNOWN = 0

/** Ends a list of outputs. */
export const END = -2

/** The state that knows nothing of what came before, and the one where a word may start. */
const FRESH = 2
const BEGIN = 4
/** Rows there is room for at first. */
const ROOM = 512
/** States that 16 bits can tell apart. */
const NARROW = 0x10000

/**
 * An Aho-Corasick automaton that is made as texts come to it: of thousands of states ordinary text needs some hundred, and a process that
 * has just started should not wait for the others.
 *
 * A state is made together with the row it first stands in, and its own row when a text comes to it. It holds the literals that begin with
 * what it knows; writing its row deals them out by their next symbol. So each letter of a literal is looked at once at most.
 *
 * A state is the number of its row times two, and one more where it has output: so whether any of several states has output is one question.
 * What follows a symbol stands in the cell `(state << shift) ^ column`: rows have the length of a power of two, and that bit exchanges the
 * halves of a row.
 *
 * The column of a symbol is its class or, where text is known to be ASCII, the byte itself, which is one look less.
 *
 * A non-word byte counts twice, as itself (`<|im_start|>`) and as "a word may start here": the suffix of every state that ends in one is,
 * at last, {@link begin}. Literals may have that assertion only at their beginning, which keeps the longest-suffix property: anything longer
 * knows exactly what was read.
 */
export class LazyAutomaton {
  readonly alphabet: Alphabet
  /** Columns are bytes instead of classes. Text must then be ASCII. */
  readonly bytewise: boolean
  readonly shift: number
  /** State at the beginning of a text: a word may start. */
  readonly begin = BEGIN
  /** State that knows nothing of what came before. */
  readonly fresh = FRESH
  /** Lists of what ends in a state, each ended by {@link END}: ids twice, and one more where a word must end. */
  readonly outputs: number[] = []
  /** Row after row. There is another when it had to grow, which happens only in {@link write}. */
  table: Uint16Array | Int32Array
  /** By row, where it has output: where its list begins in `outputs`. */
  outputStart = new Int32Array(ROOM)
  /** By row: letters of what it knows. */
  depth = new Uint8Array(ROOM)
  /** By row: its state. Row 0 is nobody's. */
  states = new Int32Array(ROOM)
  /** Rows there are. */
  rows = 1
  /** By row: the symbol that leads to it. */
  #last = new Uint8Array(ROOM)
  /** By row: the state of its longest proper suffix. */
  #suffix = new Int32Array(ROOM)
  /** By row, until it is written: the first of its literals, as its id + 1. */
  #first = new Int32Array(ROOM)
  /** By literal, the next in the list it is in, as its id + 1. */
  readonly #next: Int32Array
  readonly #literals: readonly Literal[]
  readonly #group: ((ids: readonly number[]) => number) | undefined
  readonly #columns: Columns
  /** Class a run of which reads as one of it, or -1. */
  readonly #collapsed: number
  /** While literals are dealt out, by symbol, those that go on and those that end with it; and the symbols that have any. */
  readonly #rest: Int32Array
  readonly #ends: Int32Array
  readonly #symbols: Uint8Array

  /** `group` gives one id to literals that are the same from `from` on and stand at the same bounds. Without it each has its own, its index. */
  constructor(literals: readonly Literal[], options: AlphabetOptions = {}, group?: (ids: readonly number[]) => number) {
    this.#literals = literals
    this.#group = group
    this.bytewise = options.ascii === true
    this.#next = new Int32Array(literals.length)
    let bare = 0
    let bound = 0
    for (let id = literals.length - 1; id >= 0; id--) {
      const { text, left, from = 0 } = literals[id]!
      if (text.length <= from) continue
      this.#next[id] = left === true ? bound : bare
      if (left === true) bound = id + 1
      else bare = id + 1
    }
    const fold = foldTable(options)
    this.alphabet = this.bytewise ? asciiAlphabet(fold) : buildAlphabet(fold, literals)
    this.#columns = columnsOf(this.alphabet, this.bytewise)
    this.#collapsed = options.collapse === true ? this.alphabet.space : -1
    this.#rest = new Int32Array(this.alphabet.size)
    this.#ends = new Int32Array(this.alphabet.size)
    this.#symbols = new Uint8Array(this.alphabet.size)
    this.shift = this.#columns.bits - 1
    this.table = new Uint16Array(ROOM << this.#columns.bits)
    this.#add(0, 0, 0, bare, 0)
    this.#add(0, 0, FRESH, bound, 0)
    this.write(FRESH)
    this.write(BEGIN)
  }

  /** The state after one more byte, whether its row is written or not. */
  step(state: number, byte: number): number {
    return this.next(state, this.bytewise ? byte : this.alphabet.classOf[byte]!)
  }

  /** What stands in that column of its row. */
  next(state: number, column: number): number {
    const at = (state << this.shift) ^ column
    if (this.table[at] === UNKNOWN) this.write(state)
    return this.table[at]!
  }

  /** Writes the row of a state, if it is not written yet. */
  write(state: number): void {
    if (this.table[state << this.shift] !== UNKNOWN) return
    const row = state >> 1
    // It is a copy of its suffix' row with states of its own on top.
    const suffix = this.#suffix[row]!
    if (suffix === 0) this.#fill(state)
    else {
      this.write(suffix)
      this.#copy(suffix, state)
    }
    const { shift } = this
    const { start, list } = this.#columns
    const depth = this.depth[row]!
    const count = this.#deal(this.#first[row]!, depth)
    this.#first[row] = 0
    for (let i = 0; i < count; i++) {
      const symbol = this.#symbols[i]!
      const shorter = this.table[(state << shift) ^ list[start[symbol]!]!]!
      this.#lead(state, symbol, this.#add(depth + 1, symbol, shorter, this.#rest[symbol]!, this.#ends[symbol]!))
      this.#rest[symbol] = this.#ends[symbol] = 0
    }
    if (depth > 0 && this.#last[row] === this.#collapsed) this.#lead(state, this.#collapsed, state)
  }

  /** Copies a row, half by half. */
  #copy(from: number, to: number): void {
    const { shift, table } = this
    for (let half = 0; half < 2; half++) {
      const start = (from ^ half) << shift
      table.copyWithin((to ^ half) << shift, start, start + (1 << shift))
    }
  }

  /** The row of the state that knows nothing: a byte that ends a word leads to where one may start. */
  #fill(state: number): void {
    const { breaks, size } = this.alphabet
    for (let symbol = 0; symbol < size; symbol++) this.#lead(state, symbol, breaks[symbol] === 1 ? BEGIN : FRESH)
  }

  /** Deals a list of literals out by the symbol at `depth`; gives how many symbols there are. */
  #deal(first: number, depth: number): number {
    const { classOf, size } = this.alphabet
    let count = 0
    for (let one = first, next = 0; one !== 0; one = next) {
      next = this.#next[one - 1]!
      const { text, from = 0 } = this.#literals[one - 1]!
      const symbol = classOf[text.charCodeAt(from + depth)]!
      // What is not ASCII is not to be found in ASCII text.
      if (symbol >= size) continue
      if (this.#rest[symbol] === 0 && this.#ends[symbol] === 0) this.#symbols[count++] = symbol
      const lists = text.length === from + depth + 1 ? this.#ends : this.#rest
      this.#next[one - 1] = lists[symbol]!
      lists[symbol] = one
    }
    return count
  }

  /** Makes a state whose row is not written yet: `rest` go on from it, `ends` end with it. */
  #add(depth: number, symbol: number, suffix: number, rest: number, ends: number): number {
    const row = this.rows++
    if (row === this.depth.length) this.#grow()
    const speaks = ends !== 0 || (suffix & 1) === 1
    if (speaks) this.outputStart[row] = ends === 0 ? this.outputStart[suffix >> 1]! : this.#list(ends, suffix)
    this.depth[row] = depth
    this.#last[row] = symbol
    this.#suffix[row] = suffix
    this.#first[row] = rest
    return (this.states[row] = (row << 1) | (speaks ? 1 : 0))
  }

  /** Lists literals in order, and what the suffix has to say; gives where. */
  #list(ends: number, suffix: number): number {
    const { outputs } = this
    const start = outputs.length
    const own: number[] = []
    for (let one = ends; one !== 0; one = this.#next[one - 1]!) own.push(one - 1)
    if (own.length > 1) own.sort((a, b) => a - b)
    if (this.#group === undefined) for (const id of own) outputs.push(id * 2 + this.#right(id))
    else {
      const groups = [0, 1].map((right) => own.filter((id) => this.#right(id) === right)).filter((ids) => ids.length > 0)
      groups.sort(([one], [other]) => one! - other!)
      for (const ids of groups) outputs.push(this.#group(ids) * 2 + this.#right(ids[0]!))
    }
    if ((suffix & 1) === 1) for (let i = this.outputStart[suffix >> 1]!; outputs[i] !== END; i++) outputs.push(outputs[i]!)
    outputs.push(END)
    return start
  }

  #right(id: number): 0 | 1 {
    return this.#literals[id]!.right === true ? 1 : 0
  }

  #lead(from: number, symbol: number, to: number): void {
    const { start, list } = this.#columns
    const own = from << this.shift
    for (let i = start[symbol]!, end = start[symbol + 1]!; i < end; i++) this.table[own ^ list[i]!] = to
  }

  #grow(): void {
    const rows = this.depth.length * 2
    const cells = rows << (this.shift + 1)
    this.table = grown(rows << 1 > NARROW ? new Int32Array(cells) : new Uint16Array(cells), this.table)
    this.outputStart = grown(new Int32Array(rows), this.outputStart)
    this.depth = grown(new Uint8Array(rows), this.depth)
    this.states = grown(new Int32Array(rows), this.states)
    this.#last = grown(new Uint8Array(rows), this.#last)
    this.#suffix = grown(new Int32Array(rows), this.#suffix)
    this.#first = grown(new Int32Array(rows), this.#first)
  }
}

function grown<T extends { set(from: ArrayLike<number>): void }>(larger: T, array: ArrayLike<number>): T {
  larger.set(array)
  return larger
}
