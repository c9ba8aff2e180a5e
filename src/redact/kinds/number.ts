import { isCardNumber } from '../checks/card.ts'
import { isLuhnInFours } from '../checks/luhn.ts'
import { isIssuedSsn } from '../checks/ssn.ts'
import { ofClass } from '../engine/around.ts'
import { ALNUM, DIGIT, isDigit } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import { DigitReader, separators } from '../engine/digits.ts'
import type { Kind } from '../kind.ts'

const reader = new DigitReader()
const spaceOrDash = separators(' -')

/** A number stands alone: no letter or digit touches it, nor a digit across `.`, `-`, `/` or `,`. */
export function standsAlone(cursor: Cursor, from: number, to: number): boolean {
  if (!cursor.opens(from) || !cursor.closes(to)) return false
  if (isGlue(cursor.at(from - 1)) && cursor.is(from - 2, ALNUM)) return false
  return !(isGlue(cursor.at(to)) && cursor.is(to + 1, DIGIT))
}

/** `. - / _ = + ,` */
export const isGlue = (code: number): boolean => (code >= 43 && code <= 47) || code === 61 || code === 95

/** Skips what stands between a word such as "phone" and the number it announces: at most 20 characters, one line break, no sentence end. -1 when none comes. */
export function skipLead(cursor: Cursor, at: number): number {
  const digit = cursor.nextDigit(at, MAX_LEAD)
  let lines = 0
  for (let i = at; i < digit; i++) {
    const code = cursor.at(i)
    if (code === 59 || (code === 46 && i > at && cursor.at(i + 1) === 32) || (code === 10 && ++lines > 1)) return -1
  }
  return digit
}

export const MAX_LEAD = 20

export const ssn: Kind = {
  id: 'pii/ssn',
  name: 'ssn',
  group: 'pii',
  label: '[SSN_REDACTED]',
  severity: 'high',
  what: 'US social security numbers, dashed or spaced; nine bare digits after "SSN" or "social security"',
  validator: 'area, group and serial that were issued',
  base: true,
  wholeWords: true,
  triggers: ['000-00-0', '000 00 0', 'ssn', 'social security'],
  around: (trigger) => (trigger.startsWith('0') ? { after: ofClass(DIGIT), next: ofClass(DIGIT) } : { digitWithin: MAX_LEAD }),
  verify(cursor, start, end) {
    if (cursor.is(start, DIGIT)) return inGroups(cursor, start)
    const at = skipLead(cursor, end)
    if (at < 0) return false
    if (!cursor.is(at + 3, DIGIT)) return inGroups(cursor, at)
    const number = cursor.number(at, at + 9)
    return number >= 0 && !cursor.is(at + 9, DIGIT) && isIssuedSsn(number) && standsAlone(cursor, at, at + 9) && cursor.match(at, at + 9)
  },
}

/** `123-45-6789`, `123 45 6789` */
function inGroups(cursor: Cursor, at: number): boolean {
  const mark = cursor.at(at + 3)
  if ((mark !== 32 && mark !== 45) || cursor.at(at + 6) !== mark || cursor.is(at + 11, DIGIT)) return false
  const area = cursor.number(at, at + 3)
  const group = cursor.number(at + 4, at + 6)
  const serial = cursor.number(at + 7, at + 11)
  if (area < 0 || group < 0 || serial < 0) return false
  return isIssuedSsn(area * 1_000_000 + group * 10_000 + serial) && standsAlone(cursor, at, at + 11) && cursor.match(at, at + 11)
}

const cardShapes = new Set([4444, 465, 464, 44443, 44442, 4441])

const cardTriggers = ['0000000000000', '0000 0000 0000 0', '0000-0000-0000-0', '0000 000000 0', '0000-000000-0', 'card', 'cc ']
/** Triggers that are three groups of four and the beginning of another. */
const isInFours = (trigger: number): boolean => trigger === 1 || trigger === 2

/** Of numbers in fours, all that could be a card are the first four groups, and those fail the check. Most do, in a table of numbers. */
function failsInFours(bytes: Uint8Array, start: number): boolean {
  for (let at = start + 15; at < start + 19; at++) if (!isDigit(bytes[at]!)) return false
  let more = 0
  if (bytes[start + 19] === bytes[start + 14]) while (more < 4 && isDigit(bytes[start + 20 + more]!)) more++
  else if (isDigit(bytes[start + 19]!)) return false
  return more % 4 === 0 && !isLuhnInFours(bytes, start)
}

/** No issuer begins with 0 or 9, and what begins with 1 has fifteen digits. */
const beginsCard = (code: number): boolean => code >= 49 && code <= 56
const beginsLongCard = (code: number): boolean => code >= 50 && code <= 56

export const card: Kind = {
  id: 'pii/card',
  name: 'card',
  group: 'pii',
  label: '[CARD_REDACTED]',
  severity: 'high',
  what: 'payment card numbers, together, spaced or dashed',
  validator: 'issuer range, length for that issuer, Luhn; after "card" any 12 to 19 digits that pass Luhn',
  base: true,
  wholeWords: true,
  triggers: cardTriggers,
  around: (trigger, index) =>
    trigger.startsWith('0') ? { first: isInFours(index) ? beginsLongCard : beginsCard } : { digitWithin: MAX_LEAD },
  verify(cursor, start, end, trigger) {
    const first = cursor.at(start)
    const shown = isDigit(first)
    // No issuer begins with 0, 1 (but 1800) or 9.
    if (shown && (first < 49 || first > 56 || (first === 49 && cursor.at(start + 1) !== 56))) return false
    if (cursor.bytes !== undefined && isInFours(trigger) && failsInFours(cursor.bytes, start)) return false
    const at = shown ? start : skipLead(cursor, end)
    if (at < 0 || !cursor.opens(at)) return false
    reader.read(cursor, at, spaceOrDash, 20)
    // The longest reading that is a card: another number may follow after a space.
    for (let last = Math.min(reader.groups, 5) - 1; last >= 0; last--) {
      const count = reader.counts[last]!
      if (count < 12 || count > 19) continue
      if (last > 0 && !(cardShapes.has(reader.shape(last + 1)) && reader.uniform(last))) continue
      const to = reader.ends[last]!
      if (isCardNumber(reader.digits, count, !shown) && standsAlone(cursor, at, to)) return cursor.match(at, to)
    }
    return false
  },
}
