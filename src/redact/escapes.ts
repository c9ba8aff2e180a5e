import { jsonEscapes } from '../lib/json-escapes.ts'
import { encodeAscii } from '../scan/matcher/index.ts'

const BACKSLASH = 0x5c
const U = 0x75

/** The text with the escapes of its strings undone. Its structure is lost, which no verifier minds. */
export function undoEscapes(json: string): string {
  let at = json.indexOf('\\')
  if (at < 0) return json
  let made = ''
  let copied = 0
  while (at >= 0) {
    const next = json.charCodeAt(at + 1)
    const unicode = next === U
    made += json.slice(copied, at) + (unicode ? String.fromCharCode(Number.parseInt(json.slice(at + 2, at + 6), 16)) : short(next))
    copied = at + (unicode ? 6 : 2)
    at = json.indexOf('\\', copied)
  }
  return made + json.slice(copied)
}

const short = (code: number): string => String.fromCharCode(jsonEscapes.get(code) ?? code)
/** The same by byte; whatever else is escaped stands for itself. */
const unescaped = Uint8Array.from({ length: 0x80 }, (_, code) => short(code).charCodeAt(0))

/** A backslash stands in what was written last. */
export let keptBackslash = false

/**
 * Writes the same to `bytes`, which `view` shows too, and gives how long it is. -1 where that is not plain ASCII, or something in it may stand for
 * something else once more.
 */
export function writeUnescaped(json: string, bytes: Uint8Array, view: DataView): number {
  if (!encodeAscii(json, bytes)) return -1
  keptBackslash = false
  const first = json.indexOf('\\')
  return first < 0 ? json.length : closeUp(json, bytes, view, first)
}

const BACKSLASHES = BACKSLASH * 0x0101_0101
const ONES = 0x0101_0101
const TOPS = 0x8080_8080

/** Is one of four bytes a backslash? What differs from one in no bit gets its top bit by taking 1 away. */
function hasBackslash(four: number): boolean {
  const differ = four ^ BACKSLASHES
  return ((differ - ONES) & ~differ & TOPS) !== 0
}

/** Where the gap between two escapes was so long, the next is thought to be, and moved natively. */
const LONG = 48

/**
 * Undoes the escapes from `from` on where they stand in the bytes of `json`: what follows moves up, four bytes at a time while none of them is a
 * backslash. It would take twice as long were the numbers not kept integers.
 */
function closeUp(json: string, bytes: Uint8Array, view: DataView, from: number): number {
  const to = json.length
  const last = (to - 8) | 0
  let at = from | 0
  let end = at
  let gap = LONG
  let kept = false
  while (at < to) {
    const begin = at
    if (gap >= LONG) {
      at = json.indexOf('\\', begin)
      if (at < 0) at = to
      bytes.copyWithin(end, begin, at)
      end = (end + at - begin) | 0
    } else {
      while (at <= last) {
        const one = view.getUint32(at, true)
        const two = view.getUint32((at + 4) | 0, true)
        if (hasBackslash(one)) break
        view.setUint32(end, one, true)
        at = (at + 4) | 0
        end = (end + 4) | 0
        if (hasBackslash(two)) break
        view.setUint32(end, two, true)
        at = (at + 4) | 0
        end = (end + 4) | 0
      }
      while (at < to && bytes[at] !== BACKSLASH) {
        bytes[end] = bytes[at]!
        at = (at + 1) | 0
        end = (end + 1) | 0
      }
    }
    gap = (at - begin) | 0
    if (at >= to) break
    const escaped = bytes[(at + 1) | 0]!
    at = (at + 2) | 0
    if (escaped === BACKSLASH) kept = true
    // An escape by number, or the beginning of one that stands in the text.
    if (escaped === U || (escaped === BACKSLASH && bytes[at] === U)) return -1
    bytes[end] = unescaped[escaped]!
    end = (end + 1) | 0
  }
  keptBackslash = kept
  return end
}
