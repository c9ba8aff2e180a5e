import { type Alphabet, type AlphabetOptions, buildAlphabet, foldTable } from './alphabet.ts'
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
 */
export function buildAutomaton(literals: readonly Literal[], options: AlphabetOptions = {}): Automaton {
  const wanted = literals.map(({ text }) => options.ascii !== true || isSimple(text))
  const used = new Uint8Array(256)
  let capacity = 2
  literals.forEach(({ text }, id) => {
    if (!wanted[id]) return
    capacity += text.length
    for (let i = 0; i < text.length; i++) used[text.charCodeAt(i)] = 1
  })
  const alphabet = buildAlphabet(foldTable(options), used)
  const { classOf, breaks, space } = alphabet
  const bytewise = options.ascii === true

  const trie = new Trie(capacity)
  trie.depth[1] = 0
  const endOf = new Int32Array(literals.length)
  for (let id = 0; id < literals.length; id++) {
    if (!wanted[id]) continue
    const { text, left } = literals[id]!
    let node = left ? 1 : 0
    for (let i = 0; i < text.length; i++) node = trie.grow(node, classOf[text.charCodeAt(i)]!)
    endOf[id] = node
  }

  const { own, next } = chain(endOf, trie.size)
  const { order, fail } = suffixes(trie, breaks, alphabet.size)
  const hasOutput = new Uint8Array(trie.size)
  for (const node of order) hasOutput[node] = own[node] !== 0 || hasOutput[fail[node]!] === 1 ? 1 : 0

  // States with output first, so that one comparison finds them.
  const number = new Int32Array(trie.size)
  let numbered = 0
  for (const node of order) if (hasOutput[node]) number[node] = numbered++
  const outEnd = numbered
  for (const node of order) if (!hasOutput[node]) number[node] = numbered++

  // Rows by byte are for words; nobody asks for both.
  const once = bytewise ? [] : Array.from((options.digits ? '0' : '') + (options.once ?? ''), (char) => classOf[char.charCodeAt(0)]!)
  const columns = columnsOf(alphabet, bytewise)
  // Only the class a state ends with can lead back to it: none has two twins.
  const rows = new Rows(columns.width, numbered + (once.length > 0 ? outEnd : 0), bytewise)
  rows.count = numbered
  fillRows(rows, columns, trie, order, fail, number, breaks, options.collapse === true ? space : -1)
  const depth = new Uint8Array(rows.capacity)
  const outputStart = new Int32Array(outEnd + 1)
  const outputs: number[] = []
  for (const node of order) {
    const at = number[node]!
    depth[at] = trie.depth[node]!
    if (!hasOutput[node]) continue
    outputStart[at] = outputs.length
    for (let n = node; n !== 0; n = fail[n]!) for (let id = own[n]!; id !== 0; id = next[id - 1]!) outputs.push(id - 1)
    outputs.push(END)
  }

  const rightBound = new Uint8Array(literals.length)
  const masks = new Int32Array(literals.length)
  literals.forEach(({ right, mask = -1 }, id) => {
    rightBound[id] = right ? 1 : 0
    masks[id] = mask
  })

  for (const symbol of once) silenceRuns(rows, outEnd, symbol, depth)
  const { unit } = rows
  return {
    alphabet,
    table: rows.table.subarray(0, rows.count * rows.width),
    bytewise,
    stride: unit,
    states: rows.count,
    outEnd: outEnd * unit,
    begin: number[1]! * unit,
    fresh: number[0]! * unit,
    outputStart,
    outputs: Int32Array.from(outputs),
    depth: depth.subarray(0, rows.count),
    literals,
    rightBound,
    masks,
  }
}

const simple = /^[\0-\x7f]*$/

/** Is it ASCII throughout? */
export function isSimple(text: string): boolean {
  return simple.test(text)
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

/** Where the class of a symbol stands in a row: in a column of its own, or in that of every byte it is the class of. */
interface Columns {
  readonly width: number
  /** By class, and one more: its columns are `list[start[c] .. start[c + 1])`. */
  readonly start: Int32Array
  readonly list: Uint8Array
}

const ASCII = 128

function columnsOf({ classOf, size }: Alphabet, bytewise: boolean): Columns {
  const start = new Int32Array(size + 1)
  if (!bytewise) return { width: size, start: start.map((_, c) => c), list: Uint8Array.from(start.keys()) }
  for (let byte = 0; byte < ASCII; byte++) start[classOf[byte]! + 1]!++
  for (let c = 0; c < size; c++) start[c + 1]! += start[c]!
  const filled = start.slice()
  const list = new Uint8Array(ASCII)
  for (let byte = 0; byte < ASCII; byte++) list[filled[classOf[byte]!]!++] = byte
  return { width: ASCII, start, list }
}

/** A row is a copy of its suffix' row with the node's own children on top. */
function fillRows(
  { table, unit }: Rows,
  { width, start, list }: Columns,
  trie: Trie,
  order: Int32Array,
  fail: Int32Array,
  number: Int32Array,
  breaks: Uint8Array,
  collapsed: number,
): void {
  const { firstChild, sibling, symbol } = trie
  for (const node of order) {
    const row = number[node]! * width
    if (node === 0) {
      for (let c = 0; c < breaks.length; c++)
        for (let i = start[c]!, end = start[c + 1]!; i < end; i++) table[row + list[i]!] = number[breaks[c]!]! * unit
    } else {
      const suffix = number[fail[node]!]! * width
      table.copyWithin(row, suffix, suffix + width)
    }
    for (let child = firstChild[node]!; child !== 0; child = sibling[child]!) {
      const c = symbol[child]!
      const to = number[child]! * unit
      for (let i = start[c]!, end = start[c + 1]!; i < end; i++) table[row + list[i]!] = to
    }
    if (node > 1 && symbol[node] === collapsed)
      for (let i = start[collapsed]!, end = start[collapsed + 1]!; i < end; i++) table[row + list[i]!] = number[node]! * unit
  }
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

class Rows {
  readonly table: Int32Array | Uint16Array
  readonly width: number
  /** What a state counts for each row. */
  readonly unit: number
  readonly capacity: number
  count = 0

  constructor(width: number, capacity: number, bytewise: boolean) {
    this.width = width
    this.unit = bytewise ? 1 : width
    this.capacity = capacity
    this.table = bytewise && capacity <= 0x10000 ? new Uint16Array(width * capacity) : new Int32Array(width * capacity)
  }
}

/** A long run of one symbol has output once, on entering: a flood of digits must not be a flood of events. */
function silenceRuns(rows: Rows, outEnd: number, symbol: number, depth: Uint8Array): void {
  const { table, width } = rows
  for (let row = 0; row < outEnd * width; row += width) {
    if (table[row + symbol] !== row) continue
    const twin = rows.count++ * width
    table.copyWithin(twin, row, row + width)
    depth[twin / width] = depth[row / width]!
    table[row + symbol] = twin
    table[twin + symbol] = twin
  }
}
