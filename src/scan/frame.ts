import { textOf } from '../lib/units.ts'
import { joins } from './compose.ts'
import { isBase64, type Source, type View } from './decode/index.ts'
import { isWordByte } from './matcher/index.ts'

/** A text to be scanned: the one that was given, or a view of it. */
export interface Frame {
  readonly text: string
  /** The text, where it is known to be ASCII. It may not be a string yet. */
  readonly bytes?: Uint8Array | undefined
  readonly layers: readonly string[]
  /** From offsets of `text` to offsets of the text that was given. */
  readonly locate: (start: number, end: number) => readonly [number, number]
}

/** A view of what stands in `outer`. Its text is made when somebody asks for it. */
export function frameOf(view: View, outer: Frame, locate: Frame['locate']): Frame {
  return {
    get text() {
      return view.text
    },
    bytes: view.bytes,
    layers: [...outer.layers, view.layer],
    locate,
  }
}

/** A stem (`instruction*`) ends where its word ends, and a letter where its marks do. */
export function wordEnd(unitAt: UnitAt, at: number): number {
  const limit = at + 32
  if (at > 0 && isWordByte(unitAt(at - 1))) while (at < limit && isWordByte(unitAt(at))) at++
  while (at < limit && joins(unitAt(at))) at++
  return at
}

/** A run of base64 may go on over line breaks, as in mail. */
export function joinLines(frame: Frame, start: number, end: number): { run: Source; end: number } {
  const unitAt = readerOf(frame)
  const lines: string[] = []
  let from = start
  for (let next = nextLine(unitAt, end); next > 0; next = nextLine(unitAt, end)) {
    let stop = next
    while (isBase64(unitAt(stop))) stop++
    if (stop - next < 4) break
    lines.push(partOf(frame, from, end))
    from = next
    end = stop
  }
  if (lines.length > 0) return { run: lines.join('') + partOf(frame, from, end), end }
  return { run: frame.bytes?.subarray(start, end) ?? partOf(frame, start, end), end }
}

/** Where the line after a break at `end` begins, or 0. */
function nextLine(unitAt: UnitAt, end: number): number {
  let isBreak = false
  let next = end
  for (; next < end + 3 && isBlank(unitAt(next)); next++) isBreak ||= unitAt(next) === 0x0a
  return isBreak ? next : 0
}

/** What stands in `[from, to)`, without making a string of all the rest. */
export function partOf(frame: Frame, from: number, to: number): string {
  return frame.bytes === undefined ? frame.text.slice(from, to) : textOf(frame.bytes.subarray(from, to))
}

/** The UTF-16 unit that stands there; NaN outside of the text. */
export type UnitAt = (at: number) => number

export function readerOf(frame: Frame): UnitAt {
  const { bytes } = frame
  return bytes === undefined ? (at) => frame.text.charCodeAt(at) : (at) => bytes[at] ?? Number.NaN
}

/** A line break, or white space before the next line. */
function isBlank(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x20
}
