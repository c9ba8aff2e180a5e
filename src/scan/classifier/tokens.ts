import type { Folded } from './fold.ts'
import { extend, isolated, SEED } from './hash.ts'
import { REVERSED_ANCHOR, ROT13_ANCHOR, lexicon as sharedLexicon } from './lexicon.ts'

/** A folded text cut into words, numbers, symbols. Parallel arrays, `count` long; starts and ends are offsets of the folded text. */
export interface Tokens {
  readonly hash: Int32Array
  readonly kind: Uint8Array
  readonly start: Int32Array
  readonly end: Int32Array
  readonly count: number
  /** Whether words were seen that read as an attack's after ROT13, and back to front. */
  readonly rot13: boolean
  readonly reversed: boolean
  /** Most single letters in a row. */
  readonly spelled: number
}

/** In `kind`: the class of the word in the lower bits, and this for words of letters. */
export const WORD = 0x80
export const CLASS = 0x3f

const MAX_WORD = 40
// Hashes of tokens that stand for many texts: no word of letters has so small a hash.
const NUMBER = 1
const EMAIL = 8
const LINK = 9
const SYMBOL = 0x100

/** One pass, linear: what a later sign reveals (`@`, `://`) takes tokens back that were already cut, each at most once. */
export function tokenise({ units, length }: Folded): Tokens {
  const lexicon = sharedLexicon()
  const hash = new Int32Array(length + 1)
  const kind = new Uint8Array(length + 1)
  const start = new Int32Array(length + 1)
  const end = new Int32Array(length + 1)
  let count = 0
  let chunk = 0
  let rot13 = false
  let reversed = false
  let spelled = 0
  let single = 0
  const put = (value: number, flags: number, from: number, to: number) => {
    hash[count] = value
    kind[count] = flags
    start[count] = from
    end[count++] = to
  }
  for (let i = 0; i < length; ) {
    const unit = units[i]!
    if (unit <= 0x20 || unit === 0xa0) {
      i++
      chunk = count
      continue
    }
    const from = i
    if (isolated(unit)) {
      let found = 0
      let key = SEED
      for (let j = 0; j < lexicon.longestIsolated && i + j < length && isolated(units[i + j]!); j++) {
        key = extend(key, units[i + j]!)
        found = lexicon.word(key) || found
      }
      put(extend(SEED, unit), found | WORD, i, ++i)
      continue
    }
    if (isLetter(unit)) {
      let key = SEED
      let stem = 0
      while (i < length && isLetter(units[i]!) && !isolated(units[i]!)) {
        if (i - from < MAX_WORD) {
          key = extend(key, units[i]!)
          if (i - from >= 3) stem = lexicon.stem(key) || stem
        }
        i++
      }
      const found = lexicon.word(key) || stem
      if (found === ROT13_ANCHOR) rot13 = true
      else if (found === REVERSED_ANCHOR) reversed = true
      if (i - from === 1) {
        if (++single > spelled) spelled = single
      } else single = 0
      put(key, (found < ROT13_ANCHOR ? found : 0) | WORD, from, i)
      continue
    }
    if (unit >= 0x30 && unit <= 0x39) {
      while (i < length && units[i]! >= 0x30 && units[i]! <= 0x39) i++
      put(NUMBER + Math.min(i - from, 5), 0, from, i)
      continue
    }
    if (unit === 0x40 && i > 0 && i + 1 < length && isAlnum(units[i - 1]!) && isAlnum(units[i + 1]!) && count > chunk) {
      while (i < length && (isAlnum(units[i]!) || units[i] === 0x40 || units[i] === 0x2e || units[i] === 0x2d)) i++
      count = chunk
      put(EMAIL, 0, start[chunk]!, i)
      chunk = count
      continue
    }
    if (unit === 0x3a && units[i + 1] === 0x2f && units[i + 2] === 0x2f && count > chunk) {
      while (i < length && !endsLink(units[i]!)) i++
      count--
      put(LINK, 0, start[count]!, i)
      chunk = count
      continue
    }
    while (i < length && units[i] === unit) i++
    put(SYMBOL + unit, 0, from, i)
  }
  return { hash, kind, start, end, count, rot13, reversed, spelled }
}

function isLetter(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0xc0 &&
      unit !== 0xd7 &&
      unit !== 0xf7 &&
      (unit < 0x2000 || (unit >= 0x2c00 && unit < 0x3000) || (unit >= 0x3040 && unit < 0xfb00)))
  )
}

function isAlnum(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)
}

/** White space, quotes, brackets. */
function endsLink(unit: number): boolean {
  return (
    unit <= 0x20 ||
    unit === 0x22 ||
    unit === 0x27 ||
    unit === 0x3c ||
    unit === 0x3e ||
    unit === 0x29 ||
    unit === 0x5d ||
    unit === 0x60 ||
    unit >= 0x3000
  )
}
