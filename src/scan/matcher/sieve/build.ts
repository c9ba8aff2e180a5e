import { type AlphabetOptions, foldTable, isSimple, isWordByte } from '../alphabet.ts'
import type { Literal } from '../literal.ts'
import { ANY, BREAK, SYMBOLS, shareOf, shareOfBoth } from './shares.ts'
import { BEFORE, BUCKETS, LONG, type Sieve } from './sift.ts'

/** Bytes from 0x80 all count as 0x80. */
const TOP = 0x80
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

interface Window {
  readonly first: number
  readonly second: number
  /** How common each of its pairs is. */
  readonly firstShare: number
  readonly secondShare: number
  bucket: Bucket | undefined
}

/** Takes for a window any of its first pairs with any of its second. */
class Bucket {
  /** How many windows have each pair, and how common those are together. */
  readonly first = new Map<number, number>()
  readonly second = new Map<number, number>()
  #firstShare = 0
  #secondShare = 0

  /** How much more text it would take for a window if it had this one too. */
  costOf({ first, second, firstShare, secondShare }: Window): number {
    const firsts = this.#firstShare + (this.first.has(first) ? 0 : firstShare)
    const seconds = this.#secondShare + (this.second.has(second) ? 0 : secondShare)
    return firsts * seconds - this.#firstShare * this.#secondShare
  }

  put({ first, second, firstShare, secondShare }: Window): void {
    if (count(this.first, first, 1) === 1) this.#firstShare += firstShare
    if (count(this.second, second, 1) === 1) this.#secondShare += secondShare
  }

  take({ first, second, firstShare, secondShare }: Window): void {
    if (count(this.first, first, -1) === 0) this.#firstShare -= firstShare
    if (count(this.second, second, -1) === 0) this.#secondShare -= secondShare
  }
}

function count(counts: Map<number, number>, pair: number, by: number): number {
  const now = (counts.get(pair) ?? 0) + by
  if (now === 0) counts.delete(pair)
  else counts.set(pair, now)
  return now
}

/** Puts windows together whose pairs are the same or rare, the most common first; then each may move once to where it suits better. */
function intoBuckets(windows: readonly number[], many: number): readonly Bucket[] {
  const buckets = Array.from({ length: many }, () => new Bucket())
  const placed = windows.map((window): Window => {
    const first = Math.floor(window / 0x10000)
    const second = window % 0x10000
    return { first, second, firstShare: shareOf(first), secondShare: shareOf(second), bucket: undefined }
  })
  placed.sort((a, b) => b.firstShare * b.secondShare - a.firstShare * a.secondShare)
  for (let turn = 0; turn < 2; turn++) {
    for (const window of placed) {
      window.bucket?.take(window)
      let best = window.bucket ?? buckets[0]!
      let least = best.costOf(window)
      for (const bucket of buckets) {
        const cost = bucket.costOf(window)
        if (cost >= least) continue
        least = cost
        best = bucket
      }
      best.put(window)
      window.bucket = best
    }
  }
  return buckets
}

function fillTable(buckets: readonly Bucket[], fold: Uint8Array): Uint32Array {
  const bySymbols = new Uint32Array(SYMBOLS << 8)
  buckets.forEach(({ first, second }, i) => {
    for (const pair of first.keys()) bySymbols[pair]! |= 1 << i
    for (const pair of second.keys()) bySymbols[pair]! |= 1 << (i + BUCKETS)
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
