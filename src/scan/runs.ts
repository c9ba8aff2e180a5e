/*
 * Looks for long runs that plain words do not have: text in base64 or hex, and words spelled letter by letter.
 * It reads a few bytes of every sixteen, so ordinary text costs next to nothing.
 */

/** Shortest run of base64 characters worth decoding: 24 bytes of text. */
export const MIN_RUN = 32
const STRIDE = 16
/** Fewest letters of a word spelled letter by letter. */
export const MIN_SPELLED = 14
/** A spelled run of that length is sampled somewhere; from there at least this many letters are in sight. */
const SEEN_SPELLED = 8

const inRun = new Uint8Array(256)
const wordByte = new Uint8Array(256)
for (let byte = 0; byte < 128; byte++) {
  const word = /[a-z0-9]/i.test(String.fromCharCode(byte))
  wordByte[byte] = word ? 1 : 0
  inRun[byte] = word || byte === 0x2b || byte === 0x2f || byte === 0x2d || byte === 0x5f ? 1 : 0
}
/** Byte offset pairs of runs of at least MIN_RUN base64 characters. */
export function longRuns(bytes: Uint8Array, found: (start: number, end: number) => boolean | void): boolean {
  const member = inRun
  const last = bytes.length - STRIDE
  for (let i = 0; i < last; i += STRIDE) {
    if ((member[bytes[i]!]! & member[bytes[i + 8]!]! & member[bytes[i + 4]!]! & member[bytes[i + 12]!]!) === 0) continue
    let start = i
    while (start > 0 && member[bytes[start - 1]!] === 1) start--
    let end = i + 1
    while (end < bytes.length && member[bytes[end]!] === 1) end++
    if (end - start >= MIN_RUN && found(start, end) === true) return true
    if (end > i + STRIDE) i = end - ((end - i) % STRIDE)
  }
  return false
}

/** True where single letters stand apart, one after the other, for as long as no ordinary text does it. */
export function hasSpelledWords(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i += STRIDE) {
    let at = i
    if (wordByte[bytes[at]!] === 0) at++
    if (at + 2 >= bytes.length || wordByte[bytes[at]!] === 0 || wordByte[bytes[at + 1]!] === 1) continue
    if (at > 0 && wordByte[bytes[at - 1]!] === 1) continue
    if (spelledFrom(bytes, at, 1) + spelledFrom(bytes, at, -1) > SEEN_SPELLED) return true
  }
  return false
}

/** Single letters in a row from `at` in one direction, one to six other bytes between them; no more than needed. */
function spelledFrom(bytes: Uint8Array, at: number, step: 1 | -1): number {
  let count = 0
  while (count <= SEEN_SPELLED) {
    if (wordByte[bytes[at] ?? 0] === 0 || wordByte[bytes[at + step] ?? 0] === 1) return count
    count++
    let gap = 1
    while (gap <= 6 && wordByte[bytes[at + step * gap] ?? 0] === 0) gap++
    if (gap > 6) return count
    at += step * gap
  }
  return count
}
