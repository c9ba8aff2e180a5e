import { isPoint } from './hex.ts'
import { putPoint, type Rewriter, rewrite } from './rewriter.ts'
import type { View } from './view.ts'

const named = new Map(
  ['lt<', 'gt>', 'amp&', 'quot"', "apos'", 'nbsp ', 'lbrack[', 'rbrack]', 'colon:', 'num#', 'lowbar_', 'sol/'].map(
    (pair) => [pair.slice(0, -1), pair.charCodeAt(pair.length - 1)] as const,
  ),
)

/** HTML entities: `&#105;`, `&#x69;`, `&lt;`. */
export function decodeEntities(text: string): View | undefined {
  return rewrite(text, 'html-entities', writeEntities)
}

function writeEntities(text: string, out: Rewriter): number {
  let copied = 0
  for (let i = text.indexOf('&'); i >= 0; i = text.indexOf('&', i + 1)) {
    const end = closing(text, i)
    if (end < 0) continue
    const point = entityAt(text, i + 1, end)
    if (!isPoint(point)) continue
    out.copy(text, copied, i)
    putPoint(out, point, i)
    copied = end + 1
  }
  return copied
}

/** The code point an entity stands for, or NaN. */
function entityAt(text: string, start: number, end: number): number {
  if (text[start] !== '#') return named.get(text.slice(start, end)) ?? Number.NaN
  const hex = text[start + 1] === 'x' || text[start + 1] === 'X'
  return hex ? Number.parseInt(text.slice(start + 2, end), 16) : Number.parseInt(text.slice(start + 1, end), 10)
}

/** Where an entity that begins at `from` is closed; it never looks far, or a flood of openers would cost a square. */
function closing(text: string, from: number): number {
  for (let i = from + 2; i < from + 12 && i < text.length; i++) if (text.charCodeAt(i) === 0x3b) return i
  return -1
}
