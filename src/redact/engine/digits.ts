import type { Cursor } from './cursor.ts'

/** Most digits that are read in one go; no kind is longer. */
export const MAX_DIGITS = 40
const MAX_GROUPS = 8

/**
 * Groups of digits parted by one separator each, one group perhaps in parentheses: `4111 1111 1111 1111`, `(415) 555-2671`.
 *
 * One reader is used over and over: numbers are everywhere in data, and reading one must not allocate.
 */
export class DigitReader {
  /** Values of all digits, in order. */
  readonly digits = new Uint8Array(MAX_DIGITS + 1)
  /** How many digits the first `i + 1` groups have. */
  readonly counts = new Uint8Array(MAX_GROUPS)
  /** Where each group ends in the text, its closing parenthesis included. */
  readonly ends = new Int32Array(MAX_GROUPS)
  /** The sizes of the first `i + 1` groups as one number: 3-3-4 is 334. */
  readonly shapes = new Int32Array(MAX_GROUPS)
  /** Code of the separator before each group; 0 where there is none. */
  readonly marks = new Uint8Array(MAX_GROUPS)
  /** Which group stands in parentheses; -1 for none. */
  enclosed = -1
  groups = 0

  /** Length of group `i`. */
  size(i: number): number {
    return this.counts[i]! - (i === 0 ? 0 : this.counts[i - 1]!)
  }

  /** Reads from `at`. `allowed` are the {@link separators}; `most` bounds the digits. */
  read(cursor: Cursor, at: number, allowed: number, most: number, parentheses = false): void {
    const { bytes } = cursor
    const { digits, counts, ends, marks, shapes } = this
    let groups = 0
    let shape = 0
    let enclosed = -1
    let count = 0
    let closed = false
    let i = at
    let code = cursor.at(i)
    while (groups < MAX_GROUPS && count < most) {
      let mark = 0
      if (groups > 0 && isOneOf(code, allowed)) {
        mark = code
        code = cursor.at(++i)
      }
      const opening = parentheses && enclosed < 0 && code === 40
      if (opening) code = cursor.at(++i)
      else if (groups > 0 && mark === 0 && !closed) break
      const start = i
      const before = count
      if (bytes === undefined) {
        while (count < most && code >= 48 && code <= 57) {
          digits[count++] = code - 48
          code = cursor.at(++i)
        }
      } else {
        // What follows the text is no digit.
        for (let digit = code - 48; count < most && digit >= 0 && digit <= 9; digit = bytes[++i]! - 48) digits[count++] = digit
        code = cursor.at(i)
      }
      if (i === start || (opening && code !== 41)) break
      closed = opening
      if (opening) {
        enclosed = groups
        code = cursor.at(++i)
      }
      marks[groups] = mark
      shape = shape * 10 + Math.min(9, count - before)
      shapes[groups] = shape
      counts[groups] = count
      ends[groups++] = i
    }
    this.groups = groups
    this.enclosed = enclosed
  }

  /** True when groups 1 to `last` are all parted by the same separator. */
  uniform(last: number, first = 1): boolean {
    for (let i = first + 1; i <= last; i++) if (this.marks[i] !== this.marks[first]) return false
    return true
  }

  /** The sizes of the first `count` groups as one number: 3-3-4 is 334. */
  shape(count: number): number {
    return this.shapes[count - 1]!
  }
}

/** Separators, as {@link DigitReader.read} takes them: punctuation and the space, U+0020 to U+003F. */
export function separators(chars: string): number {
  let set = 0
  for (let i = 0; i < chars.length; i++) set |= 1 << (chars.charCodeAt(i) - 32)
  return set
}

const isOneOf = (code: number, set: number): boolean => code >= 32 && code < 64 && ((set >>> (code - 32)) & 1) === 1
