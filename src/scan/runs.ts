/*
 * Looks for long runs that plain words do not have: text in base64 or hex, and words spelled letter by letter.
 * It reads a few bytes of every twenty, so ordinary text costs next to nothing.
 */

/** Shortest run of base64 characters worth decoding: 24 bytes of text. */
export const MIN_RUN = 32
const STRIDE = 20
/** Fewest letters of a word spelled letter by letter. */
export const MIN_SPELLED = 14
/** Two less, because letters beyond ASCII at either end may have been folded to neighbours of the first and last. */
const SEEN_SPELLED = MIN_SPELLED - 2
/** Bytes between two letters of a spelled word: three, and their escapes. */
const MAX_APART = 6

const WORD = 1
const RUN = 2

const kinds = new Uint8Array(256)
for (let byte = 0; byte < 128; byte++) {
  if (/[a-z0-9]/i.test(String.fromCharCode(byte))) kinds[byte] = WORD | RUN
  else if ('+/-_'.includes(String.fromCharCode(byte))) kinds[byte] = RUN
}

/** Hears of a run of the bytes; true ends the search. */
type RunSink = (start: number, end: number, bytes: Uint8Array) => boolean | void

/**
 * Calls `found` for each run of at least {@link MIN_RUN} base64 characters. True where `found` returned true, which ends the search, or
 * where single letters stand apart, one after the other, for as long as no ordinary text does it.
 *
 * Every `STRIDE` bytes it looks at three pairs, in none of which a spelled word has two letters, and at three bytes beyond, which with the
 * pairs all belong to a run: both are too long to lie between two looks.
 */
export function findRuns(bytes: Uint8Array, found: RunSink): boolean {
  if (look(bytes, found)) return true
  // The last look is at pairs alone: no run begins so late.
  const last = Math.max(0, Math.ceil((bytes.length - 12) / STRIDE)) * STRIDE
  return isSpelled(bytes, last)
}

/** All looks but the last. A function of its own: V8 compiles a long loop while it runs, and what it has not seen after it undoes that. */
function look(bytes: Uint8Array, found: RunSink): boolean {
  const kind = kinds
  const { length } = bytes
  let spelled = false
  let runEnd = 0
  for (let i = 0; i + 12 < length; i += STRIDE) {
    const one = kind[bytes[i]!]! & kind[bytes[i + 1]!]!
    const two = kind[bytes[i + 2]!]! & kind[bytes[i + 3]!]!
    const three = kind[bytes[i + 4]!]! & kind[bytes[i + 5]!]!
    if (((one | two | three) & WORD) === 0) spelled ||= isSpelled(bytes, i)
    // Thirteen in a row are more than nearly all words have left; most have no six, and nothing eight bytes on.
    if ((one & two & three & kind[bytes[i + 9]!]! & kind[bytes[i + 12]!]! & RUN) === 0 || i < runEnd) continue
    if ((kind[bytes[i + 6]!]! & kind[bytes[i + 7]!]! & kind[bytes[i + 8]!]! & kind[bytes[i + 10]!]! & kind[bytes[i + 11]!]! & RUN) === 0)
      continue
    let start = i
    while (start > 0 && (kind[bytes[start - 1]!]! & RUN) !== 0) start--
    runEnd = i + 1
    while (runEnd < length && (kind[bytes[runEnd]!]! & RUN) !== 0) runEnd++
    if (runEnd - start >= MIN_RUN && found(start, runEnd, bytes) === true) return true
  }
  return spelled
}

/** Is one of the next bytes a letter of a spelled word? */
function isSpelled(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at <= from + MAX_APART; at++)
    if (isWord(bytes, at)) return lettersFrom(bytes, at, 1) + lettersFrom(bytes, at, -1) > SEEN_SPELLED
  return false
}

/** Single letters in a row from `at` in one direction, no more than needed. */
function lettersFrom(bytes: Uint8Array, at: number, step: 1 | -1): number {
  let count = 0
  while (count <= SEEN_SPELLED) {
    if (!isWord(bytes, at) || isWord(bytes, at + step)) return count
    count++
    let gap = 1
    while (gap <= MAX_APART && !isWord(bytes, at + step * gap)) gap++
    if (gap > MAX_APART) return count
    at += step * gap
  }
  return count
}

function isWord(bytes: Uint8Array, at: number): boolean {
  return (kinds[bytes[at] ?? 0]! & WORD) !== 0
}
