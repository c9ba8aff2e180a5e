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
  let copied = 0
  for (let i = text.indexOf(sign); i >= 0; i = text.indexOf(sign, i)) {
    const start = i
    let beyond: number[] | undefined
    while (text[i] === sign) {
      const softBreak = sign === '=' ? softBreakAt(text, i) : 0
      const byte = softBreak > 0 ? -1 : hexByte(text, i + 1)
      if (softBreak === 0 && byte < 0) break
      if (i === start) out.copy(text, copied, start)
      if (byte >= 0x80) (beyond ??= []).push(byte)
      else if (byte >= 0) {
        beyond = putBytes(out, beyond, start)
        out.putUnit(byte, start)
      }
      i += softBreak || 3
    }
    if (i === start) {
      i++
      continue
    }
    putBytes(out, beyond, start)
    out.changed++
    copied = i
  }
  return copied
}

/** Characters beyond ASCII are rare in an attack, and a decoder is dear: only their bytes go through it. */
function putBytes(out: Rewriter, bytes: readonly number[] | undefined, at: number): undefined {
  if (bytes !== undefined) out.put(utf8.decode(Uint8Array.from(bytes)), at)
}

/** Length of a line break that quoted-printable text does not mean, or 0. */
function softBreakAt(text: string, at: number): number {
  const next = text.charCodeAt(at + 1)
  return next === 0x0a ? 2 : next === 0x0d && text.charCodeAt(at + 2) === 0x0a ? 3 : 0
}
