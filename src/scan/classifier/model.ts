import { extractFeatures, type Features, PLACES, windowsOf } from './features.ts'
import { type Folded, fold } from './fold.ts'
import { type Tokens, tokenise } from './tokens.ts'

/** A linear model: whole-number weights by place, one scale, one bias. */
export interface Model {
  /** A power of two of them; features that share the last bits of their place share a weight. */
  readonly weights: Int8Array
  readonly scale: number
  readonly bias: number
  /** Tokens of a window. */
  readonly window: number
}

/**
 * Two models of the same features: one looks for orders, which are short and stand among other things, one for stories, which are long
 * and convince by their length.
 */
export interface Models {
  readonly order: Model
  /** Not asked where it is missing. */
  readonly story?: Model | undefined
}

/** A window counts as if it had at least so many features, so that three odd words are no evidence. */
export const FEW = 12

/** Both of them, as they are trained and shipped. */
export interface BothModels extends Models {
  readonly story: Model
}

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
}

/** What each model makes of a text. */
export interface Readings {
  readonly order: Reading
  readonly story: Reading | undefined
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
export function read(text: string, models: Models): Readings {
  const folded = fold(text)
  const tokens = tokenise(folded)
  const features = extractFeatures(folded, tokens)
  const reading = (model: Model): Reading => {
    const places = worstWindows(features, tokens.count, model).map(({ margin, window }): Place => {
      const [first, last] = loudest(folded, tokens, features, model, window)
      if (first === last) return { margin, range: [0, 0] }
      return { margin, range: [folded.offsets[tokens.start[first]!]!, folded.offsets[tokens.end[last - 1]! - 1]! + 1] }
    })
    return { margin: places[0]?.margin ?? model.bias, places }
  }
  return { order: reading(models.order), story: models.story && reading(models.story), tokens }
}

interface Scored {
  readonly margin: number
  readonly window: readonly [from: number, to: number]
}

function worstWindows({ places, from }: Features, count: number, { weights, scale, bias, window: size }: Model): readonly Scored[] {
  const mask = weights.length - 1
  const worst: Scored[] = []
  let least = Number.NEGATIVE_INFINITY
  for (const window of windowsOf(count, size)) {
    const own = freshMark()
    let sum = 0
    let distinct = 0
    for (let i = from[window[0]]!, last = from[window[1]]!; i < last; i++) {
      const place = places[i]!
      if (seen[place] === own) continue
      seen[place] = own
      distinct++
      sum += weights[place & mask]!
    }
    const margin = bias + (scale * sum) / Math.sqrt(Math.max(distinct, FEW))
    if (margin <= least) continue
    worst.push({ margin, window })
    worst.sort((a, b) => b.margin - a.margin)
    if (worst.length > MAX_PLACES) worst.pop()
    if (worst.length === MAX_PLACES) least = worst.at(-1)!.margin
  }
  return worst
}

/** The tokens in a row, of one sentence, whose weights add up to most: a sentence is what can be taken out. */
function loudest(
  { units }: Folded,
  { start, end }: Tokens,
  { places, from }: Features,
  { weights }: Model,
  [first, last]: readonly [number, number],
): readonly [number, number] {
  const mask = weights.length - 1
  let best = 0
  let range: readonly [number, number] = [first, first]
  let sum = 0
  let since = first
  for (let i = first; i < last; i++) {
    if (i > first && start[i]! > end[i - 1]! && endsSentence(units[end[i - 1]! - 1]!)) {
      sum = 0
      since = i
    }
    for (let j = from[i]!; j < from[i + 1]!; j++) sum += weights[places[j]! & mask]!
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

function endsSentence(unit: number): boolean {
  return unit === 0x2e || unit === 0x21 || unit === 0x3f
}
