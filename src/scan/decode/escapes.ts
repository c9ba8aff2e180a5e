import type { Units } from '../../lib/units.ts'
import { hexByte, hexDigit, hexNumber, isPoint } from './hex.ts'
import { putPoint, type Rewriter, rewriteUnits } from './rewriter.ts'
import type { Source } from './units.ts'
import type { View } from './view.ts'

/** JavaScript and JSON escapes written out in text: `\u0069`, `\u{69}`, `\x69`. */
export function decodeEscapes(source: Source): View | undefined {
  return rewriteUnits(source, 'escapes', writeEscapes)
}

const BACKSLASH = 0x5c
const X = 0x78
const U = 0x75
const OPENING = 0x7b
const CLOSING = 0x7d

function writeEscapes(units: Units, out: Rewriter): number {
  let copied = 0
  for (let i = 0; i < units.length; ) {
    if (units[i] !== BACKSLASH) {
      i++
      continue
    }
    const kind = units[i + 1]
    let end = 0
    let point = -1
    if (kind === X) {
      point = hexByte(units, i + 2)
      end = i + 4
    } else if (kind === U && units[i + 2] === OPENING) {
      end = i + 3
      while (end < i + 12 && end < units.length && hexDigit(units[end]!) >= 0) end++
      if (units[end] === CLOSING) point = hexNumber(units, i + 3, end)
      end++
    } else if (kind === U) {
      point = hexNumber(units, i + 2, i + 6)
      end = i + 6
    }
    if (!isPoint(point)) {
      i++
      continue
    }
    out.copyUnits(units, copied, i)
    putPoint(out, point, i)
    copied = i = end
  }
  return copied
}
