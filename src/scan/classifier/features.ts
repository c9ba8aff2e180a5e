import type { Folded } from './fold.ts'
import { extend, join, SEED } from './hash.ts'
import { CLASS, type Tokens, WORD } from './tokens.ts'

/** Features are numbered by hash; weights have as many places. */
export const PLACES = 1 << 16
const MASK = PLACES - 1

/** How many tokens back words of a class are still put together. */
const REACH = 10

/** Features of a text in the order of its tokens; those of token `i` are `places[from[i] .. from[i + 1])`. */
export interface Features {
  readonly places: Uint16Array
  readonly from: Int32Array
}

/**
 * Words, pairs and triples of words, pairs over a gap, four-letter pieces of words, and the classes of words: alone, in ordered pairs
 * and triples within ten tokens. Bounded per token, so linear.
 */
export function extractFeatures(folded: Folded, tokens: Tokens): Features {
  const { units } = folded
  const { hash, kind, start, end, count } = tokens
  let places = new Uint16Array(count * 16 + 64)
  let length = 0
  const from = new Int32Array(count + 1)
  const add = (place: number) => {
    places[length++] = place & MASK
  }
  // Positions and classes of the last words that have one.
  const at = new Int32Array(REACH + 1)
  const classes = new Int32Array(REACH + 1)
  let recent = 0
  for (let i = 0; i < count; i++) {
    from[i] = length
    if (places.length - length < 256) {
      const more = new Uint16Array(places.length * 2)
      more.set(places)
      places = more
    }
    const word = hash[i]!
    const one = i > 0 ? hash[i - 1]! : 0
    const two = i > 1 ? hash[i - 2]! : 0
    add(join(1, word, 0))
    add(join(2, one, word))
    add(join(3, join(4, two, one), word))
    if (i > 1) add(join(5, two, word))
    if (i > 2) add(join(6, hash[i - 3]!, word))
    const flags = kind[i]!
    if ((flags & WORD) !== 0) {
      const last = Math.min(end[i]!, start[i]! + 24)
      for (let j = start[i]!; j + 4 <= last; j++) {
        const piece = extend(extend(extend(extend(SEED, units[j]!), units[j + 1]!), units[j + 2]!), units[j + 3]!)
        add(join(7, piece, j === start[i]! ? 1 : j + 4 === end[i]! ? 2 : 0))
      }
    }
    const own = flags & CLASS
    if (own === 0) continue
    add(join(8, own, 0))
    let kept = 0
    for (let j = 0; j < recent; j++) {
      if (i - at[j]! > REACH) continue
      at[kept] = at[j]!
      classes[kept++] = classes[j]!
    }
    recent = kept
    for (let j = 0; j < recent; j++) {
      const pair = join(9, classes[j]!, own)
      add(pair)
      if (i - at[j]! <= 3) add(join(10, classes[j]!, own))
      for (let k = 0; k < j; k++) add(join(11, join(12, classes[k]!, classes[j]!), own))
    }
    at[recent] = i
    classes[recent++] = own
  }
  from[count] = length
  return { places, from }
}

/** The windows of so many tokens, overlapping by half: `[from, to)` for each. A short text is one window. */
export function* windowsOf(count: number, size: number): Generator<readonly [from: number, to: number]> {
  if (count === 0) return
  for (let from = 0; ; from += size / 2) {
    const to = Math.min(count, from + size)
    yield [from, to]
    if (to === count) return
  }
}
