import { ALNUM, ALPHA, DIGIT, SPACE, UPPER, WIDE } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

const pack = 'safe-mcp/redact/personal'

const pii = (kind: Pick<Kind, 'name' | 'label' | 'what' | 'validator' | 'triggers' | 'verify'>): Kind => ({
  ...kind,
  id: `pii/${kind.name}`,
  group: 'pii',
  severity: 'medium',
  base: false,
  pack,
  wholeWords: true,
})

const passport = pii({
  name: 'passport',
  label: '[PASSPORT_REDACTED]',
  what: 'passport numbers after "passport"',
  validator: 'six to nine upper-case letters and digits, at least five digits',
  triggers: ['passport', 'reisepass', 'passeport', 'pasaporte'],
  verify(cursor, _start, end) {
    for (let at = end; at < end + 24; at++) {
      if (cursor.at(at) === 10 || cursor.at(at) < 0) return false
      if (!cursor.is(at, UPPER | DIGIT) || cursor.is(at - 1, ALNUM)) continue
      const to = cursor.run(at, UPPER | DIGIT, 10)
      if (to - at < 6 || to - at > 9 || !cursor.closes(to)) continue
      const digits = cursor.slice(at, to).replace(/\D/g, '').length
      if (digits >= 5) return cursor.match(at, to)
    }
    return false
  },
})

const months = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/

/** End of a date at `at`: `1985-04-12`, `12.04.1985`, `4/12/85`, `12 April 1985`, `April 12, 1985`; -1 when there is none. */
function dateEnd(cursor: Cursor, at: number): number {
  const first = cursor.run(at, DIGIT, 5)
  if (first > at) {
    const separator = cursor.at(first)
    if (separator === 45 || separator === 46 || separator === 47) {
      const second = cursor.run(first + 1, DIGIT, 3)
      if (second === first + 1 || second > first + 3 || cursor.at(second) !== separator) return -1
      const third = cursor.run(second + 1, DIGIT, 5)
      const parts = [cursor.slice(at, first), cursor.slice(first + 1, second), cursor.slice(second + 1, third)].map(Number)
      const sizes = [first - at, third - second - 1]
      const [year, month, day] = sizes[0] === 4 ? parts : [parts[2]!, parts[1]!, parts[0]!]
      if (sizes[0] !== 4 && sizes[1] !== 4 && sizes[1] !== 2) return -1
      const possible = month! >= 1 && day! >= 1 && Math.min(month!, day!) <= 12 && Math.max(month!, day!) <= 31
      return possible && (year! < 100 || (year! >= 1880 && year! <= 2100)) && cursor.closes(third) ? third : -1
    }
    // 12 April 1985
    if (first - at > 2 || cursor.at(first) !== 32) return -1
    const name = cursor.run(first + 1, ALPHA, 10)
    if (!months.test(cursor.slice(first + 1, name).toLowerCase())) return -1
    return yearEnd(cursor, name)
  }
  const name = cursor.run(at, ALPHA, 10)
  if (!months.test(cursor.slice(at, name).toLowerCase()) || cursor.at(name) !== 32) return -1
  const day = cursor.run(name + 1, DIGIT, 3)
  return day === name + 1 ? -1 : yearEnd(cursor, day)
}

function yearEnd(cursor: Cursor, at: number): number {
  let i = at
  while (i < at + 3 && (cursor.at(i) === 32 || cursor.at(i) === 44)) i++
  const to = cursor.run(i, DIGIT, 5)
  return to === i + 4 && i > at ? to : -1
}

const dateOfBirth = pii({
  name: 'date-of-birth',
  label: '[DATE_OF_BIRTH_REDACTED]',
  what: 'dates after "born", "birthday", "date of birth", "DOB"',
  validator: 'a possible date: numeric or with the month spelled out',
  triggers: [
    'dob',
    'd.o.b',
    'date of birth',
    'birth date',
    'birthdate',
    'birthday',
    'born',
    'geboren',
    'geburtsdatum',
    'date de naissance',
  ],
  verify(cursor, _start, end) {
    if (cursor.is(end, ALPHA)) return false
    for (let at = end; at < end + 16; at++) {
      const code = cursor.at(at)
      if (code < 0 || code === 10) return false
      if (!cursor.is(at, ALNUM) || cursor.is(at - 1, ALNUM)) continue
      const to = dateEnd(cursor, at)
      if (to > 0) return cursor.match(at, to)
    }
    return false
  },
})

const streets =
  'street st avenue ave road rd boulevard blvd lane ln drive dr court ct square sq terrace way place pl highway hwy parkway pkwy circle cir'.split(
    ' ',
  )

const address = pii({
  name: 'street-address',
  label: '[ADDRESS_REDACTED]',
  what: 'street addresses: number and street (`221B Baker Street`), or after "address" up to the end of the line',
  validator: 'a house number, one to five capitalised words, and a word for a street; or a number in what follows "address"',
  triggers: ['address:', 'adresse:', 'direccion:', '0 ', '0a ', '0b ', '0c '],
  verify(cursor, start, end) {
    if (!cursor.is(start, DIGIT)) return announcedAddress(cursor, end)
    const from = cursor.back(start + 1, DIGIT, 5)
    if (!cursor.opens(from)) return false
    let i = end
    for (let word = 0; word < 6; word++) {
      const to = cursor.run(i, ALPHA | WIDE | DIGIT, 24)
      if (to === i) return false
      if (word > 0 && streets.includes(cursor.slice(i, to).toLowerCase())) {
        const dot = cursor.at(to) === 46 ? to + 1 : to
        return cursor.match(from, dot)
      }
      if (!cursor.is(i, UPPER | WIDE | DIGIT) || cursor.at(to) !== 32) return false
      i = to + 1
    }
    return false
  },
})

const MAX_LINE = 120

function announcedAddress(cursor: Cursor, end: number): boolean {
  const from = cursor.run(end, SPACE, 4)
  let quoted = -1
  let digits = 0
  let to = from
  for (; to < from + MAX_LINE; to++) {
    const code = cursor.at(to)
    if (code < 0 || code === 10 || code === 59 || code === 64) break
    if (code === 34 && digits > 0 && quoted < 0 && mayEndString(cursor, to) && isAddress(cursor.slice(from, to))) quoted = to
    if (cursor.is(to, DIGIT)) digits++
  }
  if (cursor.at(to) !== 64 && digits > 0 && isAddress(cursor.slice(from, to))) return cursor.match(from, to)
  return quoted > 0 && cursor.match(from, quoted)
}

/** In raw JSON a quote is where a text ends, and what stands before it may be an address though what follows is none. */
function mayEndString(cursor: Cursor, quote: number): boolean {
  const next = cursor.at(cursor.at(quote + 1) === 32 ? quote + 2 : quote + 1)
  return next === 44 || next === 58 || next === 93 || next === 125
}

const isAddress = (text: string): boolean => /\p{L}{3}/u.test(text) && !/^https?:|^0x|\d+\.\d+\.\d+/.test(text)

/** What identifies a person beyond mail, phone and numbers. Names are not guessed: give the `names` hook a recogniser for those. */
export const personal: readonly Kind[] = [passport, dateOfBirth, { ...address, reachesBack: true, wholeWords: false }]
