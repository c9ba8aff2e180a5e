import { type Units, utf8 } from '../../lib/units.ts'
import { hexByte } from './hex.ts'
import { type Rewriter, rewriteUnits } from './rewriter.ts'
import type { Source } from './units.ts'
import type { View } from './view.ts'

/** Percent (`%69`) and quoted-printable (`=69`) bytes, read as UTF-8. */
export function decodeBytes(source: Source, sign: '%' | '=', layer: string): View | undefined {
  return rewriteUnits(source, layer, sign === '%' ? writePercent : writeQuoted)
}

const PERCENT = 0x25
const EQUALS = 0x3d
const writePercent = (units: Units, out: Rewriter): number => writeBytes(units, PERCENT, out)
const writeQuoted = (units: Units, out: Rewriter): number => writeBytes(units, EQUALS, out)

function writeBytes(units: Units, sign: number, out: Rewriter): number {
  /** Where the present row of bytes began, or -1; and those of them that wait for others. */
  let start = -1
  let beyond: number[] | undefined
  for (let i = 0; i < units.length; ) {
    const unit = units[i]!
    const byte = unit === sign ? hexByte(units, i + 1) : -1
    const softBreak = sign === EQUALS && byte < 0 && unit === sign ? softBreakAt(units, i) : 0
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
  return units.length
}

/** Characters beyond ASCII are rare in an attack, and a decoder is dear: only their bytes go through it. */
function putBytes(out: Rewriter, bytes: readonly number[], at: number): undefined {
  out.put(utf8.decode(Uint8Array.from(bytes)), at)
}

/** Length of a line break that quoted-printable text does not mean, or 0. */
function softBreakAt(units: Units, at: number): number {
  const next = units[at + 1]
  return next === 0x0a ? 2 : next === 0x0d && units[at + 2] === 0x0a ? 3 : 0
}
