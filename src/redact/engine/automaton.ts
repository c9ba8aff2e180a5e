/**
 * Aho-Corasick over character classes, built flat: one table, one row per state. Letters match in any case, every digit matches every
 * digit (`0` in a pattern means "a digit"), every whitespace matches a space. Verifiers look at the exact text afterwards.
 *
 * Source: Aho, Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18(6), 1975.
 */
export interface Automaton {
  /** Class of each byte or code unit below 128; anything above is class 0. */
  readonly classes: Uint8Array
  /** `table[state + class]` is the next state; states are multiplied by the number of classes. */
  readonly table: Int32Array
  /** States at or above this one end a pattern. */
  readonly firstOutput: number
  readonly width: number
  /** How many characters of a pattern the state stands for, by `state / width`. */
  readonly depth: Uint8Array
  /** Pattern numbers that end in the state, longest first, by `state / width`. */
  readonly outputs: readonly (readonly number[])[]
}

const fold = (code: number): number => {
  if (code >= 48 && code <= 57) return 48
  if (code >= 65 && code <= 90) return code + 32
  return code === 9 || code === 10 || code === 13 ? 32 : code
}

const digitsOnly = /^0+$/

/**
 * Builds the automaton of `patterns` (ASCII, at most 250 characters each).
 *
 * A pattern of digits alone ends only where exactly that many digits have been read: a long run of digits raises one event per
 * pattern, not one per digit. (No kind accepts a number that begins in the middle of a longer one.)
 */
export function buildAutomaton(wanted: readonly string[]): Automaton {
  const longest = Math.max(0, ...wanted.filter((pattern) => digitsOnly.test(pattern)).map((pattern) => pattern.length))
  const patterns = longest > 0 ? [...wanted, '0'.repeat(longest + 1)] : wanted
  const classes = new Uint8Array(256)
  let width = 1
  const seen = new Map<number, number>()
  for (const pattern of patterns) {
    for (let i = 0; i < pattern.length; i++) {
      const code = fold(pattern.charCodeAt(i))
      if (!seen.has(code)) seen.set(code, width++)
    }
  }
  for (let code = 0; code < 128; code++) classes[code] = seen.get(fold(code)) ?? 0

  // The trie, states in order of creation.
  const size = patterns.reduce((sum, pattern) => sum + pattern.length, 1)
  const next = new Int32Array(size * width)
  const ends: number[][] = [[]]
  const depthOf = [0]
  for (const [index, pattern] of patterns.entries()) {
    let state = 0
    for (let i = 0; i < pattern.length; i++) {
      const slot = state * width + classes[pattern.charCodeAt(i)]!
      if (next[slot] === 0) {
        next[slot] = ends.length
        ends.push([])
        depthOf.push(i + 1)
      }
      state = next[slot]!
    }
    ends[state]!.push(index)
  }

  const inherit = (own: number[], shorter: number[]): number[] => [
    ...own.filter((index) => index < wanted.length),
    ...(own.some((index) => digitsOnly.test(patterns[index]!)) ? [] : shorter),
  ]

  // Breadth first: fill each row from the row of its longest proper suffix.
  const count = ends.length
  const suffix = new Int32Array(count)
  const queue = [0]
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head]!
    const fallback = suffix[state]!
    if (state !== 0) ends[state] = inherit(ends[state]!, ends[fallback]!)
    for (let c = 0; c < width; c++) {
      const child = next[state * width + c]!
      const other = state === 0 ? 0 : next[fallback * width + c]!
      if (child === 0) next[state * width + c] = other
      else {
        suffix[child] = other
        queue.push(child)
      }
    }
  }

  // Number states so that those with output come last: one comparison tells.
  const order = [...queue.filter((s) => ends[s]!.length === 0), ...queue.filter((s) => ends[s]!.length > 0)]
  const place = new Int32Array(count)
  for (const [position, state] of order.entries()) place[state] = position
  const table = new Int32Array(count * width)
  for (const [position, state] of order.entries()) {
    for (let c = 0; c < width; c++) table[position * width + c] = place[next[state * width + c]!]! * width
  }
  return {
    classes,
    table,
    width,
    firstOutput: order.filter((s) => ends[s]!.length === 0).length * width,
    depth: Uint8Array.from(order, (s) => depthOf[s]!),
    outputs: order.map((s) => ends[s]!),
  }
}
