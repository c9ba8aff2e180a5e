import { Spare } from '../../lib/spare.ts'
import { textOf } from '../../lib/units.ts'
import { Folds, foldTable, GONE, isWide, mayFold } from './fold.ts'
import { Folded } from './folded.ts'

/** The view of a whole text, where nobody needs to know what came from where. */
export function foldText(text: string): string {
  if (!mayFold(text)) return text
  return isWide(text) ? foldWide(text) : foldMarked(text)
}

function foldMarked(text: string): string {
  const folds = new Folds(text, false)
  const made = new Folded(text)
  while (folds.next()) made.put(folds.from, folds.to, folds.code)
  return made.end()
}

/** Texts up to the larger of these are folded where the one before was: memory nobody has touched costs more than the folding. */
const SMALLEST = 64 * 1024
const LARGEST = 1024 * 1024
const spare = new Spare<Uint16Array>(
  (length) => new Uint16Array(Math.max(SMALLEST, length)),
  ({ length }) => length,
  ({ length }) => length <= LARGEST,
)

/** Where any character may fold: piece by piece would take several times as long. */
function foldWide(text: string): string {
  if (firstToFold(text) === text.length) return text
  const units = spare.borrow(text.length)
  const length = foldUnits(text, units)
  const folded = textOf(units.subarray(0, length))
  spare.giveBack(units)
  return folded
}

/** Writes what a text folds to; gives how long that is. */
function foldUnits(text: string, units: Uint16Array): number {
  const folds = new Folds(text, false)
  let length = 0
  for (let at = 0; at < text.length; ) {
    const end = foldPlain(text, at, units, length)
    length += plainLength
    at = end
    if (at === text.length) break
    // What may be an escape, or half a pair.
    folds.to = at
    const found = folds.next()
    const next = found ? folds.from : text.length
    while (at < next) units[length++] = text.charCodeAt(at++)
    if (!found) break
    if (folds.code !== GONE) units[length++] = folds.code
    at = folds.to
  }
  return length
}

/** Where the first character stands that is something else, or may be. */
function firstToFold(text: string): number {
  const byUnit = foldTable()
  let at = 0
  while (at < text.length && byUnit[text.charCodeAt(at)] === 0) at++
  return at
}

/** Units that {@link foldPlain} wrote. */
let plainLength = 0

/** Folds characters that stand for themselves or for one other, up to one that has to be looked at more closely; gives where that is. */
function foldPlain(text: string, from: number, units: Uint16Array, to: number): number {
  const byUnit = foldTable()
  let length = to
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const folded = byUnit[code]!
    if (folded === 0) units[length++] = code
    else if (folded > 0) units[length++] = folded
    else if (folded !== GONE) break
  }
  plainLength = length - to
  return at
}
