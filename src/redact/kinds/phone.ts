import { isInternationalPhone, isNanp } from '../checks/phone.ts'
import { type Around, opening } from '../engine/around.ts'
import { ALNUM, DIGIT, isDigit } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import { DigitReader, separators } from '../engine/digits.ts'
import type { Kind } from '../kind.ts'
import { isGlue, MAX_LEAD, skipLead, standsAlone } from './number.ts'

const reader = new DigitReader()
const MOST = 17
/** Digits of the shortest international number. */
const LEAST = 8

const words = 'phone tel: tel. mobile cell call fax desk: whatsapp sms handy telefon telephone contact'.split(' ')
const marks = [' ', '-', '.', '/']
const between = separators(marks.join(''))

const triggers = [
  '+0',
  '+(0',
  '(00',
  '0-000-0',
  '0 000 000',
  '0.000.0',
  '0 (0',
  ...marks.flatMap((separator) => [2, 3, 4, 5].map((size) => `${'0'.repeat(size)}${separator}00`)),
  ...words,
]
/** By trigger: how many digits it begins with. */
const leading = triggers.map((trigger) => /^0*/.exec(trigger)![0].length)

/** What numbers consist of. */
const goesOn = (code: number): boolean => isDigit(code) || code === 32 || code === 40 || code === 41 || (code >= 45 && code <= 47)
const zero = (code: number): boolean => code === 48
/** What makes a national number part of a longer one, an item (`#12`) or an amount. */
const isPart = (code: number): boolean => isGlue(code) || code === 35 || code === 36
const apart = (code: number): boolean => opening(ALNUM)(code) && !isPart(code)

function around(trigger: string, index: number): Around | readonly Around[] {
  if (trigger.startsWith('+')) return { before: opening(ALNUM), after: goesOn, next: goesOn }
  if (!/^[0(]/.test(trigger)) return { digitWithin: MAX_LEAD }
  // A trunk 0: neither the 1 nor the areas of North America have two digits, or four.
  const trunk = { before: apart, first: zero }
  if (leading[index]! === 2 || leading[index]! > 3) return trunk
  // After an area that begins otherwise come three digits.
  return /^000.00$/.test(trigger) ? [trunk, { before: apart, after: isDigit }] : { before: apart }
}

export const phone: Kind = {
  id: 'pii/phone',
  name: 'phone',
  group: 'pii',
  label: '[PHONE_REDACTED]',
  severity: 'medium',
  what: 'phone numbers: international, North American, national with trunk 0; other digits after words such as "phone"',
  validator: 'assigned country code and length (E.164), NANP area and exchange, grouping; bare digits only with a word before them',
  base: true,
  wholeWords: true,
  triggers,
  around,
  verify(cursor, start, end, trigger) {
    const first = cursor.at(start)
    if (first === 43) return international(cursor, start)
    if (first === 40 || cursor.is(start, DIGIT)) return national(cursor, start, leading[trigger]!)
    return announced(cursor, start, end)
  },
}

/** The longest reading that `accepts` takes and that ends where a number may end, an extension included: its end, or -1. */
function longest(cursor: Cursor, accepts: (groups: number, digits: number) => boolean): number {
  for (let last = reader.groups - 1; last >= 0; last--) {
    if (!accepts(last + 1, reader.counts[last]!)) continue
    const end = withExtension(cursor, reader.ends[last]!)
    if (!cursor.closes(end)) continue
    const after = cursor.at(end)
    if ((after === 45 || after === 46 || after === 47 || after === 58) && cursor.is(end + 1, DIGIT)) continue
    return end
  }
  return -1
}

/** `x123`, ` ext. 123` */
function withExtension(cursor: Cursor, at: number): number {
  const i = cursor.at(at) === 32 ? at + 1 : at
  let from = i
  if (cursor.readsAnyCase(i, 'ext')) from = cursor.at(i + 3) === 46 ? i + 4 : i + 3
  else if ((cursor.at(i) | 32) === 120) from = i + 1
  if (from === i) return at
  if (cursor.at(from) === 32) from++
  const end = cursor.run(from, DIGIT, 6)
  return end > from ? end : at
}

function international(cursor: Cursor, from: number): boolean {
  if (!cursor.opens(from)) return false
  reader.read(cursor, from + 1, between, MOST, true)
  if (reader.groups === 0 || reader.counts[reader.groups - 1]! < LEAST) return false
  // `+44 (0)20 7946 0958`: the trunk zero in parentheses is not dialled from abroad.
  const trunk = reader.enclosed === 1 && reader.size(1) === 1 && reader.digits[reader.counts[0]!] === 0 ? reader.counts[0]! : -1
  if (trunk > 0) reader.digits.copyWithin(trunk, trunk + 1)
  const to = longest(cursor, (_, digits) => isInternationalPhone(reader.digits, 0, trunk > 0 ? digits - 1 : digits))
  return to > 0 && cursor.match(from, to)
}

/** `size`: how many digits it begins with, before the first separator. */
function national(cursor: Cursor, start: number, size: number): boolean {
  const first = cursor.at(start)
  // Neither a trunk 0 nor a North American group: most dates and numbers are told by that.
  if (first !== 40 && first !== 48 && size !== 3 && !(size === 1 && first === 49)) return false
  // Neither an area nor a country begins with 0.
  if (first === 48 && size > 2 && cursor.at(start + 1) === 48 && cursor.at(start + 2) === 48) return false
  if (first > 48 && cursor.at(start + 2) !== 40 && !mayBeNanp(cursor, size === 3 ? start : start + 2)) return false
  const before = cursor.at(start - 1)
  if (!cursor.opens(start) || isPart(before)) return false
  // In the middle of a longer row of numbers parted alike.
  if (first !== 40 && cursor.is(start - 2, DIGIT) && cursor.at(start + size) === before) return cursor.refuse(rowEnd(cursor, start, before))
  reader.read(cursor, start, between, MOST, true)
  const to = longest(cursor, isNational)
  return to > 0 && cursor.match(start, to)
}

/** Area and exchange begin with 2 to 9, and both have three digits: most dates and numbers of social security are told by that. */
function mayBeNanp(cursor: Cursor, area: number): boolean {
  return cursor.at(area) > 49 && cursor.at(area + 4) > 49 && cursor.is(area + 6, DIGIT)
}

/** Characters of a row of numbers that are read at once. */
const MAX_ROW = 64

/** Past the beginning of the last number of a row that `mark` stands before and behind: all of them are in the middle of it. */
function rowEnd({ text }: Cursor, start: number, mark: number): number {
  const stop = Math.min(text.length, start + MAX_ROW)
  let from = start
  for (let at = start; at < stop; at++) {
    const code = text.charCodeAt(at)
    if (isDigit(code)) continue
    if (code !== mark || at === start || text.charCodeAt(at - 1) === mark) break
    from = at
  }
  return from
}

function isNational(groups: number, count: number): boolean {
  if (groups < 2) return false
  const { digits } = reader
  const shape = reader.shape(groups)
  // 415-555-2671, (415) 555-2671, 1-415-555-2671
  if (shape === 334 && isNanp(digits, 0)) return true
  if (shape === 1334) return digits[0] === 1 && isNanp(digits, 1)
  if (digits[0] !== 0) return false
  for (let i = 0; i < groups; i++) if (reader.size(i) < 2) return false
  if (digits[1] === 0) return digits[2] !== 0 && isInternationalPhone(digits, 2, count)
  // National with the trunk prefix 0: the same separator throughout, except after the first group.
  return count >= 9 && count <= 11 && reader.uniform(groups - 1, 2)
}

/** Digits after a word: `call 467 3395`. */
function announced(cursor: Cursor, start: number, end: number): boolean {
  if (!cursor.opens(start)) return false
  let at = skipLead(cursor, end)
  if (at < 0 || cursor.at(at - 1) === 43) return false
  if (cursor.at(at - 1) === 40) at--
  reader.read(cursor, at, between, MOST, true)
  const { digits } = reader
  const isYear = reader.size(0) === 4 && ((digits[0] === 1 && digits[1] === 9) || (digits[0] === 2 && digits[1] === 0))
  if (isYear) return false
  const to = longest(cursor, (groups, count) => {
    if (count < 7 || count > 12) return false
    for (let i = 0; i < groups; i++) if (reader.size(i) < 2) return false
    return true
  })
  return to > 0 && standsAlone(cursor, at, to) && cursor.closes(to, ALNUM) && cursor.match(at, to)
}
