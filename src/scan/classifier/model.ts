import { extractFeatures, type Features, PLACES, windowsOf } from './features.ts'
import { fold } from './fold.ts'
import { type Tokens, tokenise } from './tokens.ts'

/** A linear model: whole-number weights, one scale, one bias. */
export interface Model {
  readonly weights: Int8Array
  readonly scale: number
  readonly bias: number
}

/** A window counts as if it had at least so many features, so that three odd words are no evidence. */
export const FEW = 12

/** A window that speaks for an attack. */
export interface Place {
  /** Log odds, uncalibrated. */
  readonly margin: number
  /** UTF-16 offsets of the words that speak loudest in it. */
  readonly range: readonly [start: number, end: number]
}

/** How strongly a text looks like an attack, at its worst places. */
export interface Reading {
  /** Of the worst place. */
  readonly margin: number
  /** Worst first. */
  readonly places: readonly Place[]
  readonly tokens: Tokens
}

/** Places reported; further ones are as good a reason and no better. */
const MAX_PLACES = 8

// Which window a place was last counted in. Shared: a scan is never interrupted by another one.
const seen = new Int32Array(PLACES)
let mark = 0

/** A mark no place carries yet. */
export function freshMark(): number {
  if (mark === 0x7fffffff) {
    seen.fill(0)
    mark = 0
  }
  return ++mark
}

/** Reads every window of the text and keeps the worst. */
export function read(text: string, { weights, scale, bias }: Model): Reading {
  const folded = fold(text)
  const tokens = tokenise(folded)
  const features = extractFeatures(folded, tokens)
  const worst: { margin: number; window: readonly [number, number] }[] = []
  let least = Number.NEGATIVE_INFINITY
  for (const window of windowsOf(tokens.count)) {
    const [from, to] = window
    const own = freshMark()
    let sum = 0
    let count = 0
    for (let i = features.from[from]!, last = features.from[to]!; i < last; i++) {
      const place = features.places[i]!
      if (seen[place] === own) continue
      seen[place] = own
      count++
      sum += weights[place]!
    }
    const margin = bias + (scale * sum) / Math.sqrt(Math.max(count, FEW))
    if (margin <= least) continue
    worst.push({ margin, window })
    worst.sort((a, b) => b.margin - a.margin)
    if (worst.length > MAX_PLACES) worst.pop()
    if (worst.length === MAX_PLACES) least = worst.at(-1)!.margin
  }
  const places = worst.map(({ margin, window }): Place => {
    const [first, last] = loudest(features, weights, window)
    if (first === last) return { margin, range: [0, 0] }
    return { margin, range: [folded.offsets[tokens.start[first]!]!, folded.offsets[tokens.end[last - 1]! - 1]! + 1] }
  })
  return { margin: places[0]?.margin ?? bias, places, tokens }
}

/** The tokens in a row whose weights add up to most. */
function loudest({ places, from }: Features, weights: Int8Array, [first, last]: readonly [number, number]): readonly [number, number] {
  let best = 0
  let range: readonly [number, number] = [first, first]
  let sum = 0
  let since = first
  for (let i = first; i < last; i++) {
    for (let j = from[i]!; j < from[i + 1]!; j++) sum += weights[places[j]!]!
    if (sum <= 0) {
      sum = 0
      since = i + 1
    } else if (sum > best) {
      best = sum
      range = [since, i + 1]
    }
  }
  return range
}
