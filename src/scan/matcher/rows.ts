import type { Alphabet } from './alphabet.ts'
import type { Trie } from './trie.ts'

/** What a row says where nobody has written it yet: no automaton has such a state. */
export const UNKNOWN = 0

/** What rows are written from. States are row numbers times the unit; nodes are those of the trie. */
export interface Plan {
  readonly trie: Trie
  /** By node: its longest proper suffix. */
  readonly fail: Int32Array
  /** By node, its row, and the other way round. Row 0 is nobody's. */
  readonly rowOf: Int32Array
  readonly nodeOf: Int32Array
  /** By class: does it end a word? */
  readonly breaks: Uint8Array
  /** Class a run of which reads as one of it, or -1. */
  readonly collapsed: number
  readonly columns: Columns
}

/**
 * The table of an automaton, row by row. A row is written when a text first comes to it: of thousands, ordinary text needs some hundred,
 * and a process that has just started should not wait for the others.
 */
export class Rows {
  readonly table: Int32Array | Uint16Array
  /** What a state counts for each row. */
  readonly unit: number
  readonly width: number
  readonly #plan: Plan

  constructor(plan: Plan, capacity: number, bytewise: boolean) {
    this.#plan = plan
    this.width = plan.columns.width
    this.unit = bytewise ? 1 : this.width
    const cells = this.width * capacity
    this.table = bytewise && capacity <= 0x10000 ? new Uint16Array(cells) : new Int32Array(cells)
  }

  /** Writes a row that is not written yet. */
  write(row: number): void {
    if (this.table[row * this.width] === UNKNOWN) this.#write(row)
  }

  #write(row: number): void {
    const { table, width } = this
    const { trie, fail, rowOf, nodeOf, breaks, collapsed } = this.#plan
    const node = nodeOf[row]!
    const own = row * width
    if (node === 0) for (let c = 0; c < breaks.length; c++) this.#lead(own, c, rowOf[breaks[c]!]!)
    else {
      // It is a copy of its suffix' row with the node's own children on top.
      const suffix = rowOf[fail[node]!]!
      this.write(suffix)
      table.copyWithin(own, suffix * width, (suffix + 1) * width)
    }
    const { firstChild, sibling, symbol } = trie
    for (let child = firstChild[node]!; child !== 0; child = sibling[child]!) this.#lead(own, symbol[child]!, rowOf[child]!)
    if (node > 1 && symbol[node] === collapsed) this.#lead(own, collapsed, row)
  }

  #lead(from: number, symbol: number, row: number): void {
    const { start, list } = this.#plan.columns
    for (let i = start[symbol]!, end = start[symbol + 1]!; i < end; i++) this.table[from + list[i]!] = row * this.unit
  }
}

/** Where the class of a symbol stands in a row: in a column of its own, or in that of every byte it is the class of. */
export interface Columns {
  readonly width: number
  /** By class, and one more: its columns are `list[start[c] .. start[c + 1])`. */
  readonly start: Int32Array
  readonly list: Uint8Array
}

const ASCII = 128

export function columnsOf({ classOf, size }: Alphabet, bytewise: boolean): Columns {
  const start = new Int32Array(size + 1)
  if (!bytewise) return { width: size, start: start.map((_, c) => c), list: Uint8Array.from(start.keys()) }
  for (let byte = 0; byte < ASCII; byte++) start[classOf[byte]! + 1]!++
  for (let c = 0; c < size; c++) start[c + 1]! += start[c]!
  const filled = start.slice()
  const list = new Uint8Array(ASCII)
  for (let byte = 0; byte < ASCII; byte++) list[filled[classOf[byte]!]!++] = byte
  return { width: ASCII, start, list }
}
