import { utf8 } from '../../lib/units.ts'
import { hexByte } from './hex.ts'
import { type Rewriter, rewrite } from './rewriter.ts'
import type { View } from './view.ts'

/** Percent (`%69`) and quoted-printable (`=69`) bytes, read as UTF-8. */
export function decodeBytes(text: string, sign: '%' | '=', layer: string): View | undefined {
  return rewrite(text, layer, sign === '%' ? writePercent : writeQuoted)
}

const writePercent = (text: string, out: Rewriter): number => writeBytes(text, '%', out)
const writeQuoted = (text: string, out: Rewriter): number => writeBytes(text, '=', out)

function writeBytes(text: string, sign: '%' | '=', out: Rewriter): number {
  const mark = sign.charCodeAt(0)
  const breaks = sign === '='
  /** Where the present row of bytes began, or -1; and those of them that wait for others. */
  let start = -1
  let beyond: number[] | undefined
  for (let i = 0; i < text.length; ) {
    const unit = text.charCodeAt(i)
    const byte = unit === mark ? hexByte(text, i + 1) : -1
    const softBreak = breaks && byte < 0 && unit === mark ? softBreakAt(text, i) : 0
    if (byte < 0 && softBreak === 0) {
      if (beyond !== undefined) beyond = putBytes(out, beyond, start)
      start = -1
      out.putUnit(unit, i++)
      continue
    }
    if (start < 0) {
      start = i
      out.changed++
    }
    if (byte >= 0x80) (beyond ??= []).push(byte)
    else if (byte >= 0) {
      if (beyond !== undefined) beyond = putBytes(out, beyond, start)
      out.putUnit(byte, start)
    }
    i += softBreak || 3
  }
  if (beyond !== undefined) putBytes(out, beyond, start)
  return text.length
}

/** Characters beyond ASCII are rare in an attack, and a decoder is dear: only their bytes go through it. */
function putBytes(out: Rewriter, bytes: readonly number[], at: number): undefined {
  out.put(utf8.decode(Uint8Array.from(bytes)), at)
}

/** Length of a line break that quoted-printable text does not mean, or 0. */
function softBreakAt(text: string, at: number): number {
  const next = text.charCodeAt(at + 1)
  return next === 0x0a ? 2 : next === 0x0d && text.charCodeAt(at + 2) === 0x0a ? 3 : 0
}
