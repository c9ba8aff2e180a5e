import { lazily } from '../../lib/lazily.ts'
import { type AlphabetOptions, foldTable, isSimple, isWordByte } from './alphabet.ts'
import type { Literal } from './literal.ts'
import { pairRows } from './pair-shares.ts'

/**
 * Tells where a literal may stand, at two bytes a step: several times faster than an automaton, which waits for each byte.
 *
 * Of every literal it knows two windows of four bytes, one for each parity of the place the literal begins at: two aligned pairs, filled up
 * with "any byte" where the literal is short. Windows lie in sixteen buckets. A pair of the text says for which buckets it may come first and
 * for which second; where two neighbours agree on a bucket, a literal may stand. None is ever missed; a few times per hundred bytes there is
 * none, and the automaton looks in vain.
 */
export interface Sieve {
  /** By pair of bytes, as one number of 16 bits: buckets it may come first in, and in the upper half those it may come second in. */
  readonly table: Uint32Array
}

/** A window begins at most so many bytes after the literal it is of, or {@link AFTER} bytes before. */
export const BEFORE = 4
export const AFTER = 1
/** Bytes of a window. */
export const WINDOW = 4

const BUCKETS = 16
/** The last bucket is for literals of nothing but digits, so many of them or more: wherever one stands, three of four neighbours agree. */
const LONG = 13
const NUMBERS = 1 << (BUCKETS - 1)
/** How far before those three it may begin, beyond {@link BEFORE}. */
const MORE = 4
/** Bytes from 0x80 all count as 0x80. */
const TOP = 0x80
const ANY = 0x81
const BREAK = 0x82
const SYMBOLS = 0x83
/** A window of four digits. */
const FOUR_DIGITS = 0x3030_3030

/** Builds the sieve for the literals {@link buildAutomaton} would find with these options, in text whose bytes from 0x80 are all 0x80. */
export function buildSieve(literals: readonly Literal[], options: AlphabetOptions = {}): Sieve {
  const fold = foldTable(options)
  const windows = new Set<number>()
  let numbers: readonly number[] = []
  for (const { text, left = false } of literals) {
    if (text === '' || !isSimple(text)) continue
    if (options.digits === true && text.length >= LONG && /^\d+$/.test(text)) {
      numbers = [FOUR_DIGITS]
      continue
    }
    windows.add(rarest(text, fold, left, 0))
    windows.add(rarest(text, fold, left, 1))
  }
  return { table: fillTable([...intoBuckets([...windows], BUCKETS - 1), ...intoBuckets(numbers, 1)], fold) }
}

/** The symbols {@link pairRows} has rows and columns for. */
const counted = Array.from({ length: 0x5f }, (_, i) => i + 0x20).filter((code) => foldTable({ digits: true })[code] === code)

/** How often a symbol is to be expected, and a pair of symbols: roughly, and only to choose well by. */
const expected = lazily(() => {
  const pairs = new Float64Array(SYMBOLS << 8).fill(1e-6)
  const singles = new Float64Array(SYMBOLS).fill(1e-6)
  pairs[(ANY << 8) | ANY] = 1
  singles[ANY] = 1
  const add = (one: number, other: number, share: number): void => {
    pairs[(one << 8) | other]! += share
    if (one === ANY) singles[other]! += share
  }
  for (const [i, row] of pairRows.split(' ').entries()) {
    for (let k = 0; k < row.length; k++) {
      const one = counted[i]!
      const other = counted[k]!
      const share = 4 ** -(2 + Number(row[k]))
      for (const before of isWordByte(one) ? [one, ANY] : [one, ANY, BREAK])
        for (const after of isWordByte(other) ? [other, ANY] : [other, ANY, BREAK])
          if (before !== ANY || after !== ANY) add(before, after, share)
    }
  }
  return { pairs, singles }
})

const shareOf = (pair: number): number => expected().pairs[pair]!

/** Of two pairs one after the other: what stands in the middle tells how well they go together. */
function shareOfBoth(first: number, second: number): number {
  const { pairs, singles } = expected()
  const one = first & 0xff
  const other = second >> 8
  return (pairs[first]! * pairs[second]! * pairs[(one << 8) | other]!) / (singles[one]! * singles[other]!)
}

/** The least common window that begins an even (odd) number of bytes from the beginning of the literal: four symbols as one number. */
function rarest(text: string, fold: Uint8Array, left: boolean, parity: number): number {
  const at = (i: number): number => (i < 0 || i >= text.length ? (i === -1 && left ? BREAK : ANY) : fold[text.charCodeAt(i)]!)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let i = -parity; i < text.length && i <= BEFORE; i += 2) {
    const first = (at(i) << 8) | at(i + 1)
    const second = (at(i + 2) << 8) | at(i + 3)
    const share = shareOfBoth(first, second)
    if (share >= least) continue
    least = share
    best = first * 0x10000 + second
  }
  return best
}

interface Bucket {
  readonly first: Set<number>
  readonly second: Set<number>
  firstShare: number
  secondShare: number
}

/** Puts windows together whose pairs are the same or rare, the most common first: what a bucket takes for a window is any first with any second. */
function intoBuckets(windows: readonly number[], count: number): readonly Bucket[] {
  const buckets: Bucket[] = Array.from({ length: count }, () => ({ first: new Set(), second: new Set(), firstShare: 0, secondShare: 0 }))
  const weighed = windows.map((window) => {
    const first = Math.floor(window / 0x10000)
    const second = window % 0x10000
    return { first, second, firstShare: shareOf(first), secondShare: shareOf(second) }
  })
  weighed.sort((a, b) => b.firstShare * b.secondShare - a.firstShare * a.secondShare)
  for (const { first, second, firstShare, secondShare } of weighed) {
    let best = buckets[0]!
    let least = Number.POSITIVE_INFINITY
    for (const bucket of buckets) {
      const firsts = bucket.firstShare + (bucket.first.has(first) ? 0 : firstShare)
      const seconds = bucket.secondShare + (bucket.second.has(second) ? 0 : secondShare)
      const more = firsts * seconds - bucket.firstShare * bucket.secondShare
      if (more >= least) continue
      least = more
      best = bucket
    }
    if (!best.first.has(first)) best.firstShare += firstShare
    if (!best.second.has(second)) best.secondShare += secondShare
    best.first.add(first)
    best.second.add(second)
  }
  return buckets
}

function fillTable(buckets: readonly Bucket[], fold: Uint8Array): Uint32Array {
  const bySymbols = new Uint32Array(SYMBOLS << 8)
  buckets.forEach(({ first, second }, i) => {
    for (const pair of first) bySymbols[pair]! |= 1 << i
    for (const pair of second) bySymbols[pair]! |= 1 << (i + BUCKETS)
  })
  const table = new Uint32Array(((TOP << 8) | TOP) + 1)
  // Two bytes as the machine reads them, whichever end it begins with.
  const pair = new Uint16Array(1)
  const halves = new Uint8Array(pair.buffer)
  const row = new Uint32Array(SYMBOLS)
  for (let one = 0; one <= TOP; one++) {
    halves[0] = one
    const symbol = fold[one]! << 8
    const breaks = !isWordByte(fold[one]!)
    for (let i = 0; i < SYMBOLS; i++)
      row[i] = bySymbols[symbol | i]! | bySymbols[(ANY << 8) | i]! | (breaks ? bySymbols[(BREAK << 8) | i]! : 0)
    for (let other = 0; other <= TOP; other++) {
      halves[1] = other
      table[pair[0]!] = row[fold[other]!]! | row[ANY]! | (isWordByte(fold[other]!) ? 0 : row[BREAK]!)
    }
  }
  return table
}

/** Windows nearer to each other than this are one range. */
const NEAR = 12

/**
 * Writes `first, last` to `ranges` for each range of windows that may be of a literal: the byte the first of them begins with, and the last.
 * Looks at the pairs `[from, to)`, a multiple of four; returns how many numbers it wrote.
 */
export function sift({ table }: Sieve, pairs: Uint16Array, from: number, to: number, ranges: Int32Array): number {
  let written = 0
  let end = -NEAR
  let before = 0
  for (let i = from; i < to; i += 4) {
    const a = table[pairs[i]!]!
    const b = table[pairs[i + 1]!]!
    const c = table[pairs[i + 2]!]!
    const d = table[pairs[i + 3]!]!
    const one = before & (a >>> BUCKETS)
    const two = a & (b >>> BUCKETS)
    const three = b & (c >>> BUCKETS)
    const four = c & (d >>> BUCKETS)
    before = d
    const any = one | two | three | four
    if (any === 0) continue
    // A bit for each that is not 0, without a branch that nobody can predict.
    const agreed = bit(one) | (bit(two) << 1) | (bit(three) << 2) | (bit(four) << 3)
    // A short number: they are everywhere.
    if (any === NUMBERS && (agreed & (agreed << 2)) === 0) continue
    const first = 2 * (i + 30 - Math.clz32(agreed & -agreed)) - (any === NUMBERS ? MORE : 0)
    const last = 2 * (i + 30 - Math.clz32(agreed))
    if (first - end >= NEAR) {
      ranges[written] = first
      written += 2
    }
    ranges[written - 1] = end = last
  }
  return written
}

/** 1 for a number of up to 16 bits that is not 0. */
const bit = (buckets: number): number => (buckets + 0xffff) >> 16
