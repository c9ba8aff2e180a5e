import type { Alphabet, AlphabetOptions } from './alphabet.ts'
import { END, LazyAutomaton } from './lazy-automaton.ts'
import type { Literal } from './literal.ts'

export { END } from './lazy-automaton.ts'

/** Bytes that have a class of their own in the table. */
const BYTES = 0x81

/** What a whole automaton is to be built with. */
export interface AutomatonOptions extends Omit<AlphabetOptions, 'ascii'> {
  /** Characters a run of which has output once, when it is entered, as a run of digits has. */
  readonly once?: string | undefined
}

/**
 * The dense table of one Aho-Corasick automaton, all of it, for those who read it by themselves. Immutable; shared by any number of texts.
 *
 * The column of a byte is its class; states are offsets of rows. One column more, the last, holds how many of the last bytes may still become
 * part of a match.
 */
export interface Automaton {
  readonly alphabet: Alphabet
  /** Before the rows of the states: the class of each byte up to 0x80, so that who reads needs one table. */
  readonly table: Int32Array
  /** The length of a row. */
  readonly stride: number
  /** The first state with output. */
  readonly outBegin: number
  /** States below this have output, so that one comparison finds them. */
  readonly outEnd: number
  /** State at the beginning of a text: a word may start. */
  readonly begin: number
  /** State that knows nothing of what came before. */
  readonly fresh: number
  /** By row, below `outEnd`: where its literals begin in `outputs`; each list ends with {@link END}. */
  readonly outputStart: Int32Array
  readonly outputs: readonly number[]
  readonly literals: readonly Literal[]
}

/** Builds the automaton. Linear in the length of the literals. */
export function buildAutomaton(literals: readonly Literal[], options: AutomatonOptions = {}): Automaton {
  const lazy = new LazyAutomaton(literals, options)
  // To write a row may add others.
  for (let row = 1; row < lazy.rows; row++) lazy.write(lazy.states[row]!)
  const { alphabet, rows, states } = lazy
  const { size } = alphabet
  const stride = size + 1
  const outBegin = Math.ceil(BYTES / stride)
  const { rowOf, outEnd } = numberRows(states, rows, outBegin)
  // Only the class a state ends with can lead back to it: none has two twins.
  const table = new Int32Array((rows + outEnd) * stride)
  table.set(alphabet.classOf.subarray(0, BYTES))
  const outputStart = new Int32Array(outEnd)
  for (let row = 1; row < rows; row++) copyRow(lazy, row, table, rowOf, stride)
  for (let row = 1; row < rows; row++) if (rowOf[row]! < outEnd) outputStart[rowOf[row]!] = lazy.outputStart[row]!
  let count = rows - 1 + outBegin
  for (const char of (options.digits === true ? '0' : '') + (options.once ?? ''))
    count = silenceRuns(table, stride, outBegin, outEnd, alphabet.classOf[char.charCodeAt(0)]!, count)
  return {
    alphabet,
    table: table.subarray(0, count * stride),
    stride,
    outBegin: outBegin * stride,
    outEnd: outEnd * stride,
    begin: rowOf[lazy.begin >> 1]! * stride,
    fresh: rowOf[lazy.fresh >> 1]! * stride,
    outputStart,
    outputs: lazy.outputs.map((output) => (output === END ? END : output >> 1)),
    literals,
  }
}

/** Those with output come first, from `outBegin` on. */
function numberRows(states: Int32Array, rows: number, outBegin: number): { readonly rowOf: Int32Array; readonly outEnd: number } {
  const rowOf = new Int32Array(rows)
  let outEnd = outBegin
  for (let row = 1; row < rows; row++) if ((states[row]! & 1) === 1) rowOf[row] = outEnd++
  let next = outEnd
  for (let row = 1; row < rows; row++) if ((states[row]! & 1) === 0) rowOf[row] = next++
  return { rowOf, outEnd }
}

function copyRow(lazy: LazyAutomaton, row: number, table: Int32Array, rowOf: Int32Array, stride: number): void {
  const own = lazy.states[row]! << lazy.shift
  const to = rowOf[row]! * stride
  const size = stride - 1
  for (let c = 0; c < size; c++) table[to + c] = rowOf[lazy.table[own ^ c]! >> 1]! * stride
  table[to + size] = lazy.depth[row]!
}

/** A long run of one symbol has output once, on entering: a flood of digits must not be a flood of events. Returns how many rows there are now. */
function silenceRuns(table: Int32Array, width: number, outBegin: number, outEnd: number, symbol: number, rows: number): number {
  for (let row = outBegin * width; row < outEnd * width; row += width) {
    if (table[row + symbol] !== row) continue
    const twin = rows++ * width
    table.copyWithin(twin, row, row + width)
    table[row + symbol] = twin
    table[twin + symbol] = twin
  }
  return rows
}
