import type { Alphabet, AlphabetOptions } from './alphabet.ts'
import { LazyAutomaton } from './lazy-automaton.ts'
import type { Literal } from './literal.ts'

export { END } from './lazy-automaton.ts'

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
  readonly table: Int32Array
  /** The length of a row. */
  readonly stride: number
  /** States below this have output, so that one comparison finds them. */
  readonly outEnd: number
  /** State at the beginning of a text: a word may start. */
  readonly begin: number
  /** State that knows nothing of what came before. */
  readonly fresh: number
  /** By row, below `outEnd`: where its literals begin in `outputs`; each list ends with {@link END}. Row 0 is no state's. */
  readonly outputStart: Int32Array
  readonly outputs: readonly number[]
  readonly literals: readonly Literal[]
}

/** Builds the automaton. Linear in the length of the literals. */
export function buildAutomaton(literals: readonly Literal[], options: AutomatonOptions = {}): Automaton {
  const lazy = new LazyAutomaton(literals, options)
  const { alphabet } = lazy
  const { size } = alphabet
  const stride = size + 1
  const states = allStates(lazy)
  // States with output first. Row 0 is nobody's.
  const speaking = states.filter((state) => (state & 1) === 1)
  const order = [0, ...speaking, ...states.filter((state) => (state & 1) === 0)]
  const outEnd = speaking.length + 1
  const rowOf = new Int32Array(lazy.rows)
  order.forEach((state, row) => {
    rowOf[state >> 2] = row
  })
  // Only the class a state ends with can lead back to it: none has two twins.
  const table = new Int32Array((order.length + outEnd) * stride)
  for (let row = 1; row < order.length; row++) {
    const state = order[row]!
    for (let c = 0; c < size; c++) table[row * stride + c] = rowOf[lazy.next(state, c) >> 2]! * stride
    table[row * stride + size] = lazy.depth[state >> 2]!
  }
  let rows = order.length
  for (const char of (options.digits === true ? '0' : '') + (options.once ?? ''))
    rows = silenceRuns(table, stride, outEnd, alphabet.classOf[char.charCodeAt(0)]!, rows)
  return {
    alphabet,
    table: table.subarray(0, rows * stride),
    stride,
    outEnd: outEnd * stride,
    begin: rowOf[lazy.begin >> 2]! * stride,
    fresh: rowOf[lazy.fresh >> 2]! * stride,
    outputStart: Int32Array.from(order.slice(0, outEnd), (state) => lazy.outputStart[state >> 2]!),
    outputs: lazy.outputs,
    literals,
  }
}

/** All that can be come to. */
function allStates(lazy: LazyAutomaton): readonly number[] {
  const states = [lazy.fresh, lazy.begin]
  const seen = new Set(states)
  for (const state of states)
    for (let c = 0; c < lazy.alphabet.size; c++) {
      const next = lazy.next(state, c)
      if (seen.has(next)) continue
      seen.add(next)
      states.push(next)
    }
  return states
}

/** A long run of one symbol has output once, on entering: a flood of digits must not be a flood of events. Returns how many rows there are now. */
function silenceRuns(table: Int32Array, width: number, outEnd: number, symbol: number, rows: number): number {
  for (let row = width; row < outEnd * width; row += width) {
    if (table[row + symbol] !== row) continue
    const twin = rows++ * width
    table.copyWithin(twin, row, row + width)
    table[row + symbol] = twin
    table[twin + symbol] = twin
  }
  return rows
}
