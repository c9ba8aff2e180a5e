import { hexByte, hexDigit, hexNumber, isPoint } from './hex.ts'
import { putPoint, type Rewriter, rewrite } from './rewriter.ts'
import type { View } from './view.ts'

/** JavaScript and JSON escapes written out in text: `\u0069`, `\u{69}`, `\x69`. */
export function decodeEscapes(text: string): View | undefined {
  return rewrite(text, 'escapes', writeEscapes)
}

function writeEscapes(text: string, out: Rewriter): number {
  let copied = 0
  for (let i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i)) {
    const kind = text[i + 1]
    let end = 0
    let point = -1
    if (kind === 'x') {
      point = hexByte(text, i + 2)
      end = i + 4
    } else if (kind === 'u' && text[i + 2] === '{') {
      end = i + 3
      while (end < i + 12 && hexDigit(text.charCodeAt(end)) >= 0) end++
      if (text[end] === '}') point = hexNumber(text, i + 3, end)
      end++
    } else if (kind === 'u') {
      point = hexNumber(text, i + 2, i + 6)
      end = i + 6
    }
    if (!isPoint(point)) {
      i++
      continue
    }
    out.copy(text, copied, i)
    putPoint(out, point, i)
    copied = i = end
  }
  return copied
}
