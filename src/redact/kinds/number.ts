import { isCardNumber } from '../checks/card.ts'
import { isInternationalPhone, isNanp } from '../checks/phone.ts'
import { isIssuedSsn } from '../checks/ssn.ts'
import { ALNUM, classOf, DIGIT } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

/** Digits in groups: `4111 1111 1111 1111`, `(415) 555-2671`, `06 12 34 56 78`. */
export interface Groups {
  readonly groups: readonly string[]
  /** Separator after each group but the last. */
  readonly separators: readonly string[]
  /** End of each group. */
  readonly ends: readonly number[]
}

const MAX_GROUPS = 8
const MAX_GROUP = 20

/** Reads digit groups parted by one of `separators` (each one character). */
export function readGroups(cursor: Cursor, at: number, allowed = ' -./', maxGroups = MAX_GROUPS): Groups {
  const groups: string[] = []
  const separators: string[] = []
  const ends: number[] = []
  let i = at
  while (groups.length < maxGroups) {
    const end = cursor.run(i, DIGIT, MAX_GROUP)
    if (end === i) break
    groups.push(cursor.slice(i, end))
    ends.push(end)
    const code = cursor.at(end)
    const separator = code < 0 ? '' : String.fromCharCode(code)
    if (separator === '' || !allowed.includes(separator) || !cursor.is(end + 1, DIGIT)) break
    separators.push(separator)
    i = end + 1
  }
  if (separators.length >= groups.length) separators.pop()
  return { groups, separators, ends }
}

/** A number stands alone: no letter or digit touches it, nor a digit across `.`, `-`, `/` or `,`. */
function standsAlone(cursor: Cursor, from: number, to: number): boolean {
  if (!cursor.opens(from) || !cursor.closes(to)) return false
  const before = cursor.at(from - 1)
  if (glue.includes(String.fromCharCode(before)) && cursor.is(from - 2, ALNUM)) return false
  const after = cursor.at(to)
  return !(glue.includes(String.fromCharCode(after)) && cursor.is(to + 1, DIGIT))
}
const glue = '.-/_=+,'

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
  verify(cursor, start, end) {
    let at = start
    if (!cursor.is(start, DIGIT)) {
      at = skipLead(cursor, end)
      if (at < 0) return false
    }
    const { groups, separators, ends } = readGroups(cursor, at, ' -', 3)
    const bare = groups.length === 1 && groups[0]!.length === 9 && at !== start
    const [area, group, serial] = bare ? [groups[0]!.slice(0, 3), groups[0]!.slice(3, 5), groups[0]!.slice(5)] : groups
    if (area?.length !== 3 || group?.length !== 2 || serial?.length !== 4) return false
    if (!bare && (groups.length !== 3 || separators[0] !== separators[1])) return false
    const to = ends.at(-1)!
    return isIssuedSsn(area, group, serial) && standsAlone(cursor, at, to) && cursor.match(at, to)
  },
}

/** Skips what stands between a word such as "phone" and the number it announces: at most 24 characters, no digit. -1 when none comes. */
export function skipLead(cursor: Cursor, at: number): number {
  for (let i = at; i < at + 24; i++) {
    const code = cursor.at(i)
    const bits = classOf(code)
    if ((bits & DIGIT) !== 0) return i
    if (code < 0 || code === 10 || code === 46 || code === 59) return -1
  }
  return -1
}

export const card: Kind = {
  id: 'pii/card',
  name: 'card',
  group: 'pii',
  label: '[CARD_REDACTED]',
  severity: 'high',
  what: 'payment card numbers, together, spaced or dashed',
  validator: 'issuer range, length for that issuer, Luhn',
  base: true,
  wholeWords: true,
  triggers: ['0000000000000', '0000 0000 0000 0', '0000-0000-0000-0', '0000 000000 0', '0000-000000-0'],
  verify(cursor, start) {
    const first = cursor.at(start)
    if (first < 49 || first > 56 || !cursor.opens(start)) return false
    const { groups, separators, ends } = readGroups(cursor, start, ' -', 5)
    if (!isCardStart(groups)) return false
    // The longest reading that is a card: another number may follow after a space.
    for (let count = groups.length; count > 0; count--) {
      const to = ends[count - 1]!
      const parts = groups.slice(0, count)
      if (count > 1 && !isCardGrouping(parts, separators.slice(0, count - 1))) continue
      const digits = parts.join('')
      if (digits.length < 13 || digits.length > 19) continue
      if (isCardNumber(digits) && standsAlone(cursor, start, to)) return cursor.match(start, to)
    }
    return false
  },
}

/** The first groups decide at once whether any reading can be a card. */
const isCardStart = ([first, second]: readonly string[]): boolean =>
  second === undefined ? first!.length > 12 : first!.length > 12 || (first!.length === 4 && (second.length === 4 || second.length === 6))

function isCardGrouping(groups: readonly string[], separators: readonly string[]): boolean {
  if (separators.some((separator) => separator !== separators[0])) return false
  const shape = groups.map((group) => group.length).join(' ')
  return (
    shape === '4 4 4 4' || shape === '4 6 5' || shape === '4 6 4' || shape === '4 4 4 4 3' || shape === '4 4 4 4 2' || shape === '4 4 4 1'
  )
}

const words = 'phone tel: tel. mobile cell call fax whatsapp sms handy telefon telephone contact'.split(' ')
const separators = [' ', '-', '.', '/']

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
  triggers: [
    '+0',
    '+(0',
    '(00',
    '0-000-0',
    '0 000 000',
    '0.000.0',
    '0 (000',
    ...separators.flatMap((s) => [2, 3, 4, 5].map((n) => `${'0'.repeat(n)}${s}00`)),
    ...words,
  ],
  verify(cursor, start, end) {
    const first = cursor.at(start)
    if (first === 43) return international(cursor, start, start + 1)
    if (first === 40 || cursor.is(start, DIGIT)) return national(cursor, start)
    return announced(cursor, start, end)
  },
}

interface PhoneGroup {
  readonly digits: string
  readonly end: number
  /** What stands before it: a separator, `(`, both, or nothing after a closing parenthesis. */
  readonly mark: string
}

const MAX_PHONE_DIGITS = 17

/** Reads digit groups from `at`, parted by one space, dot, dash or slash; one group may stand in parentheses. */
function readPhone(cursor: Cursor, at: number): PhoneGroup[] {
  const groups: PhoneGroup[] = []
  let count = 0
  let i = at
  let closed = false
  let parens = 0
  while (groups.length < 8 && count < MAX_PHONE_DIGITS) {
    let mark = ''
    if (groups.length > 0) {
      const code = cursor.at(i)
      if (code === 32 || (code >= 45 && code <= 47)) mark = String.fromCharCode(cursor.at(i++))
    }
    const paren = parens === 0 && cursor.at(i) === 40
    if (paren) {
      parens++
      mark += '('
      i++
    }
    if (groups.length > 0 && mark === '' && !closed) break
    const end = cursor.run(i, DIGIT, MAX_PHONE_DIGITS)
    if (end === i) break
    closed = paren
    if (paren && cursor.at(end) !== 41) break
    const digits = cursor.slice(i, end)
    i = paren ? end + 1 : end
    count += digits.length
    groups.push({ digits, end: i, mark })
  }
  return groups
}

/** The longest reading of `groups` that `accepts` takes and that ends where a number may end: its end, or -1. */
function longest(
  cursor: Cursor,
  groups: readonly PhoneGroup[],
  accepts: (parts: readonly PhoneGroup[], digits: string) => boolean,
): number {
  for (let count = groups.length; count > 0; count--) {
    const parts = groups.slice(0, count)
    const { end } = parts[count - 1]!
    if (!accepts(parts, parts.map((part) => part.digits).join('')) || !cursor.closes(end)) continue
    const after = cursor.at(end)
    if ((after === 45 || after === 46 || after === 47 || after === 58) && cursor.is(end + 1, DIGIT)) continue
    return end
  }
  return -1
}

function international(cursor: Cursor, from: number, at: number): boolean {
  if (!cursor.opens(from)) return false
  const to = longest(cursor, readPhone(cursor, at), (parts, digits) => {
    // `+44 (0)20 7946 0958`: the trunk zero in parentheses is not dialled from abroad.
    const dialled = parts[1]?.digits === '0' ? digits.slice(0, parts[0]!.digits.length) + digits.slice(parts[0]!.digits.length + 1) : digits
    return isInternationalPhone(dialled)
  })
  return to > 0 && cursor.match(from, to)
}

function national(cursor: Cursor, start: number): boolean {
  const before = cursor.at(start - 1)
  if (!cursor.opens(start) || glue.includes(String.fromCharCode(before)) || before === 35 || before === 36) return false
  const groups = readPhone(cursor, start)
  // In the middle of a longer row of numbers parted alike.
  if (groups.length > 1 && before === groups[1]!.mark.charCodeAt(0) && cursor.is(start - 2, DIGIT)) return false
  const to = longest(cursor, groups, isNational)
  return to > 0 && cursor.match(start, to)
}

function isNational(parts: readonly PhoneGroup[], digits: string): boolean {
  const shape = parts.map((part) => part.digits.length).join(' ')
  // 415-555-2671, (415) 555-2671, 1-415-555-2671
  if (shape === '3 3 4' && isNanp(digits)) return true
  if (shape === '1 3 3 4') return digits[0] === '1' && isNanp(digits.slice(1))
  if (parts.length < 2 || digits[0] !== '0' || parts.some((part) => part.digits.length < 2)) return false
  if (digits[1] === '0') return digits[2] !== '0' && isInternationalPhone(digits.slice(2))
  // National with the trunk prefix 0: the same separator throughout, except after the first group.
  return digits.length >= 9 && digits.length <= 11 && parts.every((part, i) => i < 2 || part.mark === parts[2]!.mark)
}

/** Digits after a word: `call 467 3395`. */
function announced(cursor: Cursor, start: number, end: number): boolean {
  if (!cursor.opens(start)) return false
  let at = skipLead(cursor, end)
  if (at < 0 || cursor.at(at - 1) === 43) return false
  if (cursor.at(at - 1) === 40) at--
  const to = longest(cursor, readPhone(cursor, at), (parts, digits) => {
    if (digits.length < 7 || digits.length > 12 || parts.some((part) => part.digits.length < 2)) return false
    return !/^(?:19|20)\d\d$/.test(parts[0]!.digits)
  })
  return to > 0 && standsAlone(cursor, at, to) && cursor.match(at, to)
}
