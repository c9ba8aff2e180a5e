import { type Alphabet, type AlphabetOptions, asciiAlphabet, buildAlphabet, foldTable, isSimple } from './alphabet.ts'
import { columnsOf, Rows } from './rows.ts'
import { Trie } from './trie.ts'

/** A fixed string to look for. Its index in the list is its id in events. */
export interface Literal {
  /** Up to 200 characters, each below U+0100 and standing for one byte; ASCII in lower case. A space matches any one white space character. */
  readonly text: string
  /** Only where a word starts: at the beginning or after a byte that is neither letter nor digit. The text must then begin with a letter or digit. */
  readonly left?: boolean | undefined
  /** Only where a word ends. */
  readonly right?: boolean | undefined
  /** Bits of the rulesets it belongs to; a scan names the bits it wants. Default: all. */
  readonly mask?: number | undefined
}

/**
 * Dense tables of one Aho-Corasick automaton. Immutable; shared by any number of scans.
 *
 * Two layouts. By class: the column of a byte is its class, states are offsets of rows. By byte, for ASCII text alone: the column is the
 * byte itself, states are numbers of rows of 128. That table is read with one look less and in half the memory per cell, so it is the
 * quicker one wherever text is known to be ASCII.
 */
export interface Automaton {
  readonly alphabet: Alphabet
  readonly table: Int32Array | Uint16Array
  /** Rows are of 128 bytes instead of classes. Text must then be ASCII. */
  readonly bytewise: boolean
  /** Writes the rows that a text comes to and nobody has written: those of most states, for as long as most are not needed. */
  readonly rows: Rows
  /** Difference of the states of two neighbouring rows: the length of a row where states are offsets, else 1. */
  readonly stride: number
  readonly states: number
  /** States below this have output. */
  readonly outEnd: number
  /** State at the beginning of a text: a word may start. */
  readonly begin: number
  /** State that knows nothing of what came before. */
  readonly fresh: number
  /** By state number: where its literals begin in `outputs`; each list ends with {@link END}. */
  readonly outputStart: Int32Array
  readonly outputs: Int32Array
  /** By state number: how many of the last bytes may still become part of a match. */
  readonly depth: Uint8Array
  readonly literals: readonly Literal[]
  /** By literal: 1 when it must end a word. */
  readonly rightBound: Uint8Array
  readonly masks: Int32Array
}

/** Ends a list of outputs. */
export const END = -2

/**
 * Builds the automaton. Linear in the length of the literals.
 *
 * A non-word byte counts twice, as itself (`<|im_start|>`) and as "a word may start here", so the failure link of every
 * node that ends in one leads, at last, to node 1. Literals may have that assertion only at their beginning, which keeps
 * the longest-suffix property: anything longer knows exactly what was read.
 *
 * `whole`: all rows are written at once, for those who read the table themselves.
 */
export function buildAutomaton(literals: readonly Literal[], options: AlphabetOptions = {}, whole = true): Automaton {
  const bytewise = options.ascii === true
  const used = new Uint8Array(256)
  let length = 2
  for (let id = 0; id < literals.length; id++) {
    const { text } = literals[id]!
    length += text.length
    for (let i = 0; i < text.length; i++) used[text.charCodeAt(i)] = 1
  }
  const fold = foldTable(options)
  const alphabet = bytewise ? asciiAlphabet(fold) : buildAlphabet(fold, used)
  const { classOf, breaks, space } = alphabet
  const trie = new Trie(length)
  const endOf = new Int32Array(literals.length)
  for (let id = 0; id < literals.length; id++) {
    const { text, left } = literals[id]!
    if (bytewise && !isSimple(text)) continue
    let node = left ? 1 : 0
    for (let i = 0; i < text.length; i++) node = trie.grow(node, classOf[text.charCodeAt(i)]!)
    endOf[id] = node
  }

  const { own, next } = chain(endOf, trie.size)
  const { order, fail } = suffixes(trie, breaks, alphabet.size)

  // States with output first, so that one comparison finds them: those from the front, the others from the back. Row 0 is nobody's.
  const { rowOf, nodeOf, outEnd } = numberRows(order, fail, own)

  // Rows by byte are for words; nobody asks for both.
  const once = bytewise ? [] : Array.from((options.digits ? '0' : '') + (options.once ?? ''), (char) => classOf[char.charCodeAt(0)]!)
  // Only the class a state ends with can lead back to it: none has two twins.
  const capacity = nodeOf.length + (once.length > 0 ? outEnd : 0)
  const collapsed = options.collapse === true ? space : -1
  const rows = new Rows({ trie, fail, rowOf, nodeOf, breaks, collapsed, columns: columnsOf(alphabet, bytewise) }, capacity, bytewise)
  const depth = new Uint8Array(capacity)
  for (let row = 1; row < nodeOf.length; row++) depth[row] = trie.depth[nodeOf[row]!]!
  const { outputStart, outputs } = listOutputs(nodeOf, outEnd, fail, own, next)

  const rightBound = new Uint8Array(literals.length)
  const masks = new Int32Array(literals.length)
  for (let id = 0; id < literals.length; id++) {
    const { right, mask = -1 } = literals[id]!
    rightBound[id] = right ? 1 : 0
    masks[id] = mask
  }

  rows.write(rowOf[0]!)
  rows.write(rowOf[1]!)
  let states = nodeOf.length
  if (whole || once.length > 0) {
    for (let row = 1; row < nodeOf.length; row++) rows.write(row)
    for (const symbol of once) states = silenceRuns(rows, outEnd, symbol, depth, states)
  }
  const { unit } = rows
  return {
    alphabet,
    table: rows.table.subarray(0, states * rows.width),
    bytewise,
    rows,
    stride: unit,
    states,
    outEnd: outEnd * unit,
    begin: rowOf[1]! * unit,
    fresh: rowOf[0]! * unit,
    outputStart,
    outputs,
    depth: depth.subarray(0, states),
    literals,
    rightBound,
    masks,
  }
}

/**
 * By node, the node of its longest proper suffix; and all nodes in an order in which suffixes come first: by length, node 1 before
 * its level and its children after it, because "a word may start here" is a suffix of the whole level, and its children of theirs.
 */
function suffixes(trie: Trie, breaks: Uint8Array, stride: number): { readonly order: Int32Array; readonly fail: Int32Array } {
  const { firstChild, sibling, symbol } = trie
  const order = new Int32Array(trie.size)
  const fail = new Int32Array(trie.size)
  // What the root does: nearly every search for a suffix ends there.
  const root = new Int32Array(stride)
  for (let c = 0; c < stride; c++) root[c] = breaks[c]!
  let filled = 2
  order[1] = 1
  for (let child = firstChild[0]!; child !== 0; child = sibling[child]!) {
    fail[child] = root[symbol[child]!]!
    order[filled++] = child
  }
  for (let child = firstChild[0]!; child !== 0; child = sibling[child]!) root[symbol[child]!] = child
  for (let at = 1; at < filled; at++) {
    const node = order[at]!
    for (let child = firstChild[node]!; child !== 0; child = sibling[child]!) {
      const c = symbol[child]!
      let suffix = fail[node]!
      let found = 0
      while (suffix !== 0 && (found = trie.child(suffix, c)) === 0) suffix = fail[suffix]!
      fail[child] = suffix === 0 ? root[c]! : found
      order[filled++] = child
    }
  }
  return { order, fail }
}

/** By node its row, and by row its node. Rows below `outEnd` have output: literals of their own, or of a suffix. */
function numberRows(order: Int32Array, fail: Int32Array, own: Int32Array): { rowOf: Int32Array; nodeOf: Int32Array; outEnd: number } {
  const rowOf = new Int32Array(order.length)
  const nodeOf = new Int32Array(order.length + 1)
  const speaks = new Uint8Array(order.length)
  let outEnd = 1
  let last = order.length
  for (let i = 0; i < order.length; i++) {
    const node = order[i]!
    speaks[node] = own[node] === 0 ? speaks[fail[node]!]! : 1
    const row = speaks[node] === 1 ? outEnd++ : last--
    rowOf[node] = row
    nodeOf[row] = node
  }
  return { rowOf, nodeOf, outEnd }
}

/** What is found on coming to a row: its own literals and those of all its suffixes. */
function listOutputs(
  nodeOf: Int32Array,
  outEnd: number,
  fail: Int32Array,
  own: Int32Array,
  next: Int32Array,
): { outputStart: Int32Array; outputs: Int32Array } {
  const outputStart = new Int32Array(outEnd + 1)
  const outputs: number[] = []
  for (let row = 1; row < outEnd; row++) {
    outputStart[row] = outputs.length
    for (let node = nodeOf[row]!; node !== 0; node = fail[node]!)
      for (let id = own[node]!; id !== 0; id = next[id - 1]!) outputs.push(id - 1)
    outputs.push(END)
  }
  return { outputStart, outputs: new Int32Array(outputs) }
}

/** Literals by the node they end at, as linked lists of id + 1. */
function chain(endOf: Int32Array, nodes: number): { own: Int32Array; next: Int32Array } {
  const own = new Int32Array(nodes)
  const next = new Int32Array(endOf.length)
  for (let id = endOf.length - 1; id >= 0; id--) {
    if (endOf[id] === 0) continue
    next[id] = own[endOf[id]!]!
    own[endOf[id]!] = id + 1
  }
  return { own, next }
}

/** A long run of one symbol has output once, on entering: a flood of digits must not be a flood of events. Returns how many rows there are now. */
function silenceRuns({ table, width }: Rows, outEnd: number, symbol: number, depth: Uint8Array, rows: number): number {
  for (let row = width; row < outEnd * width; row += width) {
    if (table[row + symbol] !== row) continue
    const twin = rows++ * width
    table.copyWithin(twin, row, row + width)
    depth[twin / width] = depth[row / width]!
    table[row + symbol] = twin
    table[twin + symbol] = twin
  }
  return rows
}
