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

/** Dense tables of one Aho-Corasick automaton. Immutable; shared by any number of scans. */
export interface Automaton {
  readonly alphabet: Alphabet
  readonly table: Int32Array
  /** Row length; states are multiples of it. */
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
  const fold = foldTable(options)
  const used = new Set<number>()
  const wanted = (text: string) => options.ascii !== true || isAscii(text)
  let capacity = 2
  for (const { text } of literals) {
    if (!wanted(text)) continue
    capacity += text.length
    for (let i = 0; i < text.length; i++) used.add(text.charCodeAt(i))
  }
  const alphabet = buildAlphabet(fold, used)
  const { classOf, breaks, space } = alphabet
  const stride = alphabet.size

  const trie = new Trie(capacity)
  trie.depth[1] = 0
  const endOf = new Int32Array(literals.length)
  literals.forEach((literal, id) => {
    if (!wanted(literal.text)) return
    let node = literal.left ? 1 : 0
    for (let i = 0; i < literal.text.length; i++) node = trie.grow(node, classOf[literal.text.charCodeAt(i)]!)
    endOf[id] = node
  })

  const { own, next } = chain(endOf, trie.size)
  const { order, fail, rows: early } = denseRows(trie, breaks, stride, options.collapse === true ? space : -1)
  const hasOutput = new Uint8Array(trie.size)
  for (let i = 0; i < trie.size; i++) hasOutput[i] = own[order[i]!] !== 0 || hasOutput[fail[i]!] === 1 ? 1 : 0

  // States with output first, so that one comparison finds them.
  const number = new Int32Array(trie.size)
  let numbered = 0
  for (let i = 0; i < trie.size; i++) if (hasOutput[i]) number[i] = numbered++
  const outEnd = numbered
  for (let i = 0; i < trie.size; i++) if (!hasOutput[i]) number[i] = numbered++

  const rows = new Rows(stride, numbered + (options.digits ? outEnd : 0))
  rows.count = numbered
  const depth = new Uint8Array(rows.capacity)
  const outputStart = new Int32Array(outEnd + 1)
  const outputs: number[] = []
  const moved = number.map((at) => at * stride)
  for (let i = 0; i < trie.size; i++) {
    const at = number[i]!
    renumber(early, i * stride, rows.table, at * stride, stride, moved)
    depth[at] = trie.depth[order[i]!]!
    if (!hasOutput[i]) continue
    outputStart[at] = outputs.length
    for (let n = i; n !== 0; n = fail[n]!) for (let id = own[order[n]!]!; id !== 0; id = next[id - 1]!) outputs.push(id - 1)
    outputs.push(END)
  }

  if (options.digits) silenceRuns(rows, outEnd, classOf[0x30]!, depth)
  return {
    alphabet,
    table: rows.table.subarray(0, rows.count * stride),
    stride,
    states: rows.count,
    outEnd: outEnd * stride,
    begin: number[1]! * stride,
    fresh: number[0]! * stride,
    outputStart,
    outputs: Int32Array.from(outputs),
    depth: depth.subarray(0, rows.count),
    literals,
    rightBound: Uint8Array.from(literals, (literal) => (literal.right ? 1 : 0)),
    masks: Int32Array.from(literals, (literal) => literal.mask ?? -1),
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x80) return false
  return true
}

/**
 * Rows of all nodes, numbered in breadth-first order; `order` gives the trie node of a number and `fail` the number of the longest
 * proper suffix. A row is a copy of its suffix' row with the node's own children on top, so suffixes must be complete first:
 * node 1, "a word may start", is a suffix of its whole level, and its children of theirs.
 */
function denseRows(
  trie: Trie,
  breaks: Uint8Array,
  stride: number,
  collapsed: number,
): { readonly order: Int32Array; readonly fail: Int32Array; readonly rows: Uint16Array | Int32Array } {
  const order = new Int32Array(trie.size)
  const fail = new Int32Array(trie.size)
  const rows = trie.size < 0x10000 ? new Uint16Array(trie.size * stride) : new Int32Array(trie.size * stride)
  const { firstChild, sibling, symbol } = trie
  for (let c = 0; c < stride; c++) rows[c] = breaks[c] === 1 ? 1 : 0
  let filled = 2
  order[1] = 1
  for (let child = firstChild[0]!; child !== 0; child = sibling[child]!) {
    order[filled] = child
    fail[filled] = breaks[symbol[child]!] === 1 ? 1 : 0
    rows[symbol[child]!] = filled++
  }
  for (let at = 1; at < filled; at++) {
    const row = at * stride
    const suffix = fail[at]! * stride
    rows.copyWithin(row, suffix, suffix + stride)
    for (let child = firstChild[order[at]!]!; child !== 0; child = sibling[child]!) {
      const c = symbol[child]!
      order[filled] = child
      // What the suffix does with this symbol; the row still says it, for the node's own children are not on top yet.
      fail[filled] = rows[suffix + c]!
      rows[row + c] = filled++
    }
    if (at > 1 && symbol[order[at]!] === collapsed) rows[row + collapsed] = at
  }
  return { order, fail, rows }
}

function renumber(from: Uint16Array | Int32Array, row: number, to: Int32Array, target: number, stride: number, moved: Int32Array): void {
  for (let c = 0; c < stride; c++) to[target + c] = moved[from[row + c]!]!
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
  readonly table: Int32Array
  readonly stride: number
  readonly capacity: number
  count = 0

  constructor(stride: number, capacity: number) {
    this.stride = stride
    this.capacity = capacity
    this.table = new Int32Array(stride * capacity)
  }

  copy(from: number, to: number): void {
    this.table.copyWithin(to * this.stride, from * this.stride, (from + 1) * this.stride)
  }
}

/** A long run of digits has output once, on entering: a flood of digits must not be a flood of events. */
function silenceRuns(rows: Rows, outEnd: number, digit: number, depth: Uint8Array): void {
  for (let at = 0; at < outEnd; at++) {
    const cell = at * rows.stride + digit
    if (rows.table[cell] !== at * rows.stride) continue
    const twin = rows.count++
    rows.copy(at, twin)
    depth[twin] = depth[at]!
    rows.table[cell] = twin * rows.stride
    rows.table[twin * rows.stride + digit] = twin * rows.stride
  }
}
