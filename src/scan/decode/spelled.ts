import type { Units } from '../../lib/units.ts'
import { type Rewriter, rewriteUnits } from './rewriter.ts'
import type { Source } from './units.ts'
import type { View } from './view.ts'

const SEPARATOR = 1
const ALNUM = 2
const kinds = new Uint8Array(128)
for (let unit = 0x20; unit < 0x7f; unit++) kinds[unit] = /[a-z0-9]/i.test(String.fromCharCode(unit)) ? ALNUM : SEPARATOR

function kindAt(units: Uint8Array | Uint16Array, at: number): number {
  return at < units.length ? (kinds[units[at]!] ?? 0) : 0
}

/** Markdown emphasis inside words, `i**gno**re`, taken out. */
export function stripEmphasis(source: Source): View | undefined {
  return rewriteUnits(source, 'emphasis', writePlain)
}

function writePlain(units: Units, out: Rewriter): number {
  let copied = 0
  for (let i = 1; i + 2 < units.length; i++) {
    const sign = units[i]!
    if ((sign !== 0x2a && sign !== 0x5f && sign !== 0x7e) || sign !== units[i + 1]) continue
    if (kindAt(units, i - 1) !== ALNUM || kindAt(units, i + 2) !== ALNUM) continue
    out.copyUnits(units, copied, i)
    out.changed++
    copied = i + 2
    i++
  }
  return copied
}

/**
 * Words spelled letter by letter, `i g n o r e` or `i.g.n.o.r.e`, with the letters put together. All separators go: what was one
 * word and what two cannot be told, so the scanner looks for words without boundaries here. The rest of the text was looked at already.
 */
export function joinSpelled(source: Source, minimum: number): View | undefined {
  return rewriteUnits(source, 'spelled', (units, out) => writeSpelled(units, out, minimum))
}

function writeSpelled(units: Units, out: Rewriter, minimum: number): number {
  let before = 0
  for (let i = 0; i < units.length; i++) {
    const kind = kindAt(units, i)
    if (kind !== ALNUM || before === ALNUM || kindAt(units, i + 1) === ALNUM) {
      before = kind
      continue
    }
    const mark = out.length
    let last = i
    for (let at = i; kindAt(units, at) === ALNUM && kindAt(units, at + 1) !== ALNUM; ) {
      out.putUnit(units[at]!, at)
      last = at++
      while (at <= last + 3 && kindAt(units, at) === SEPARATOR) at++
    }
    if (out.length - mark >= minimum) {
      out.putUnit(0x20, last)
      out.changed++
    } else out.length = mark
    i = last
    before = ALNUM
  }
  return units.length
}
