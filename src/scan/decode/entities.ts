import type { Units } from '../../lib/units.ts'
import { hexDigit, isPoint } from './hex.ts'
import { putPoint, type Rewriter, rewriteUnits } from './rewriter.ts'
import type { Source } from './units.ts'
import type { View } from './view.ts'

const named = new Map(
  ['lt<', 'gt>', 'amp&', 'quot"', "apos'", 'nbsp ', 'lbrack[', 'rbrack]', 'colon:', 'num#', 'lowbar_', 'sol/'].map(
    (pair) => [pair.slice(0, -1), pair.charCodeAt(pair.length - 1)] as const,
  ),
)

/** HTML entities: `&#105;`, `&#x69;`, `&lt;`. */
export function decodeEntities(source: Source): View | undefined {
  return rewriteUnits(source, 'html-entities', writeEntities)
}

const AMPERSAND = 0x26
const SEMICOLON = 0x3b
const NUMBER = 0x23

function writeEntities(units: Units, out: Rewriter): number {
  let copied = 0
  for (let i = 0; i < units.length; i++) {
    if (units[i] !== AMPERSAND) continue
    const end = closing(units, i)
    if (end < 0) continue
    const point = entityAt(units, i + 1, end)
    if (!isPoint(point)) continue
    out.copyUnits(units, copied, i)
    putPoint(out, point, i)
    copied = end + 1
  }
  return copied
}

/** The code point an entity stands for, or -1. */
function entityAt(units: Units, start: number, end: number): number {
  if (units[start] !== NUMBER) return named.get(String.fromCharCode(...units.subarray(start, end))) ?? -1
  const isHex = (units[start + 1]! | 0x20) === 0x78
  const base = isHex ? 16 : 10
  let from = isHex ? start + 2 : start + 1
  while (isBlank(units[from]!)) from++
  let point = 0
  let at = from
  // As browsers do, up to the first sign that is no digit.
  for (let digit = hexDigit(units[at]!); digit >= 0 && digit < base; digit = hexDigit(units[++at]!)) point = point * base + digit
  return at > from ? point : -1
}

/** What somebody puts before a number who hopes that only people overlook it. */
function isBlank(unit: number): boolean {
  return unit <= 0x20 || unit === 0x2b || unit === 0xa0 || unit === 0xfeff || (unit >= 0x2000 && unit <= 0x200a) || unit === 0x3000
}

/** Where an entity that begins at `from` is closed; it never looks far, or a flood of openers would cost a square. */
function closing(units: Units, from: number): number {
  for (let i = from + 2; i < from + 12 && i < units.length; i++) if (units[i] === SEMICOLON) return i
  return -1
}
