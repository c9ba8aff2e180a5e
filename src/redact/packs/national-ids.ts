import { isLuhn } from '../checks/luhn.ts'
import {
  codiceFiscaleLetter,
  dniLetter,
  isAadhaar,
  isBelgianNrn,
  isBsn,
  isCpf,
  isMyNumber,
  isNhs,
  isNir,
  isPesel,
  isRrn,
  isSteuerId,
  isTckn,
  isTfn,
  numberOf,
  residentIdCheck,
} from '../checks/national.ts'
import { ALNUM, DIGIT, UPPER } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import { DigitReader, separators } from '../engine/digits.ts'
import type { Kind } from '../kind.ts'
import { skipLead, standsAlone } from '../kinds/number.ts'

const pack = 'safe-mcp/redact/national-ids'
const reader = new DigitReader()
const between = separators(' -./')
const none = separators('')

interface NumericId {
  readonly name: string
  readonly what: string
  readonly validator: string
  readonly length: number
  /** Spellings that need no word before them: a trigger, and the sizes of its groups (3-3-4 is 334). */
  readonly spellings: readonly (readonly [trigger: string, shape: number])[]
  /** Words that announce the number in any spelling. */
  readonly words: readonly string[]
  check(digits: ArrayLike<number>): boolean
}

/** An id of digits: found where it is spelled as on the card, or after a word that announces it; and only if its check digits hold. */
function numericId({ name, what, validator, length, spellings, words, check }: NumericId): Kind {
  return {
    id: `pii/${name}`,
    name,
    group: 'pii',
    label: `[${name.toUpperCase().replaceAll('-', '_')}_REDACTED]`,
    severity: 'high',
    what,
    validator,
    base: false,
    pack,
    wholeWords: true,
    triggers: [...spellings.map(([trigger]) => trigger), ...words],
    verify(cursor, start, end) {
      const shown = cursor.is(start, DIGIT)
      const at = shown ? start : skipLead(cursor, end)
      if (at < 0) return false
      reader.read(cursor, at, between, length + 1)
      for (let last = reader.groups - 1; last >= 0; last--) {
        if (reader.counts[last] !== length) continue
        const shape = reader.shape(last + 1)
        if (shown && !spellings.some(([, wanted]) => wanted === shape)) return false
        const to = reader.ends[last]!
        return check(reader.digits) && standsAlone(cursor, at, to) && cursor.match(at, to)
      }
      return false
    },
  }
}

/**
 * An id with letters: read by a function that gives its end, or -1. `before`: how many letters or digits of it stand before the trigger,
 * where its beginning alone would fire on every word.
 */
function letteredId(
  kind: Pick<Kind, 'name' | 'what' | 'validator' | 'triggers'>,
  before: number,
  read: (cursor: Cursor, start: number) => number,
): Kind {
  return {
    ...kind,
    id: `pii/${kind.name}`,
    group: 'pii',
    label: `[${kind.name.toUpperCase().replaceAll('-', '_')}_REDACTED]`,
    severity: 'high',
    base: false,
    pack,
    reachesBack: before > 0,
    verify(cursor, trigger) {
      const start = trigger - before
      if (start < cursor.floor || !cursor.opens(start)) return false
      const to = read(cursor, start)
      return to > 0 && cursor.closes(to) && cursor.match(start, to)
    },
  }
}

const letters = [...'abcdefghijklmnopqrstuvwxyz']
const upper = (cursor: Cursor, at: number): boolean => cursor.is(at, UPPER)

const ukNino = letteredId(
  {
    name: 'uk-nino',
    what: 'UK national insurance numbers',
    validator: 'prefix that is issued, suffix A to D (HMRC NIM39110)',
    triggers: [...'abceghjklmnprstwxyz'].flatMap((second) => [`${second}000000`, `${second} 00 00 00`, `${second}00 00 00`]),
  },
  1,
  (cursor, start) => {
    if (!upper(cursor, start) || !upper(cursor, start + 1)) return -1
    if (!/^(?!BG|GB|KN|NK|NT|TN|ZZ)[^DFIQUV][^DFIOQUV]/.test(cursor.slice(start, start + 2))) return -1
    let i = start + 2
    for (let pair = 0; pair < 3; pair++) {
      if (cursor.at(i) === 32) i++
      if (!cursor.is(i, DIGIT) || !cursor.is(i + 1, DIGIT)) return -1
      i += 2
    }
    if (cursor.at(i) === 32) i++
    const suffix = cursor.at(i)
    return suffix >= 65 && suffix <= 68 ? i + 1 : -1
  },
)

const esDni = letteredId(
  {
    name: 'es-dni',
    what: 'Spanish DNI and NIE, the letter touching or after a dash',
    validator: 'letter by modulo 23',
    triggers: ['00000000', 'x0000000', 'y0000000', 'z0000000'],
  },
  0,
  (cursor, start) => {
    const first = cursor.at(start)
    const foreign = first >= 88 && first <= 90
    let number = foreign ? first - 88 : 0
    for (let i = foreign ? 1 : 0; i < 8; i++) {
      if (!cursor.is(start + i, DIGIT)) return -1
      number = number * 10 + cursor.at(start + i) - 48
    }
    const at = cursor.at(start + 8) === 45 ? start + 9 : start + 8
    return cursor.at(at) === dniLetter(number).charCodeAt(0) ? at + 1 : -1
  },
)

const itCodiceFiscale = letteredId(
  {
    name: 'it-codice-fiscale',
    what: 'Italian codice fiscale',
    validator: 'letters and digits where they belong, check letter',
    triggers: [...'abcdehlmprst'].map((month) => `00${month}00`),
  },
  6,
  (cursor, start) => {
    const text = cursor.run(start, ALNUM, 17) === start + 16 ? cursor.slice(start, start + 16).toUpperCase() : ''
    return /^[A-Z]{6}\d\d[ABCDEHLMPRST]\d\d[A-Z]\d{3}[A-Z]$/.test(text) && codiceFiscaleLetter(text) === text[15] ? start + 16 : -1
  },
)

const cnResidentId = letteredId(
  {
    name: 'cn-resident-id',
    what: 'Chinese resident ids, 18 characters',
    validator: 'birth date, ISO 7064 MOD 11-2',
    triggers: ['00000000000000000'],
  },
  0,
  (cursor, start) => {
    reader.read(cursor, start, none, 18)
    if (reader.counts[0]! < 17) return -1
    const check = residentIdCheck(reader.digits)
    const last = cursor.at(start + 17)
    return check !== undefined && (last === check.charCodeAt(0) || (check === 'X' && last === 120)) ? start + 18 : -1
  },
)

const inPan = letteredId(
  {
    name: 'in-pan',
    what: 'Indian PAN, upper-case',
    validator: 'fourth letter names a kind of holder',
    triggers: letters.map((letter) => `${letter}0000`),
  },
  4,
  (cursor, start) => {
    if (cursor.run(start, UPPER, 6) !== start + 5 || cursor.run(start + 5, DIGIT, 5) !== start + 9 || !cursor.is(start + 9, UPPER))
      return -1
    return /[PCHFATBLJG]/.test(cursor.slice(start + 3, start + 4)) ? start + 10 : -1
  },
)

/** Identification numbers of countries, each with its check digits. Opt-in: `pii: [...]` or as one pack. */
export const nationalIds: readonly Kind[] = [
  ukNino,
  esDni,
  itCodiceFiscale,
  cnResidentId,
  inPan,
  numericId({
    name: 'uk-nhs',
    what: 'UK NHS numbers, 3-3-4, or ten digits after "NHS"',
    validator: 'modulo 11',
    length: 10,
    spellings: [['000 000 0000', 334]],
    words: ['nhs'],
    check: isNhs,
  }),
  numericId({
    name: 'fr-nir',
    what: 'French social security numbers (NIR)',
    validator: 'sex, month, key modulo 97',
    length: 15,
    spellings: [
      ['0 00 00 00 000 0', 1222332],
      ['000000000000000', 9],
      ['0000000000000 00', 92],
    ],
    words: ['nir', 'secu'],
    check: isNir,
  }),
  numericId({
    name: 'de-steuer-id',
    what: 'German tax ids, 2-3-3-3, or eleven digits after "Steuer-ID"',
    validator: 'ISO 7064 MOD 11,10, repetition rule',
    length: 11,
    spellings: [['00 000 000 0', 2333]],
    words: ['steuer', 'idnr', 'tin'],
    check: isSteuerId,
  }),
  numericId({
    name: 'nl-bsn',
    what: 'Dutch BSN, nine digits after "BSN"',
    validator: 'eleven test',
    length: 9,
    spellings: [],
    words: ['bsn', 'burgerservicenummer'],
    check: isBsn,
  }),
  numericId({
    name: 'be-nrn',
    what: 'Belgian national register numbers',
    validator: 'birth date, modulo 97',
    length: 11,
    spellings: [['00.00.00-000.0', 22232]],
    words: ['rijksregister', 'registre national', 'nrn'],
    check: isBelgianNrn,
  }),
  numericId({
    name: 'pl-pesel',
    what: 'Polish PESEL, eleven digits after "PESEL"',
    validator: 'birth date, weights 1 3 7 9',
    length: 11,
    spellings: [],
    words: ['pesel'],
    check: isPesel,
  }),
  numericId({
    name: 'se-personnummer',
    what: 'Swedish personnummer with its dash, or after the word',
    validator: 'birth date, Luhn',
    length: 10,
    spellings: [['000000-0000', 64]],
    words: ['personnummer'],
    check: (d) => numberOf(d, 2, 4) >= 1 && numberOf(d, 2, 4) <= 12 && numberOf(d, 4, 6) >= 1 && numberOf(d, 4, 6) <= 91 && isLuhn(d, 10),
  }),
  numericId({
    name: 'ca-sin',
    what: 'Canadian social insurance numbers, 3-3-3, or after "SIN"',
    validator: 'Luhn, first digit not 0 or 8',
    length: 9,
    spellings: [
      ['000-000-0', 333],
      ['000 000 0', 333],
    ],
    words: ['sin', 'social insurance'],
    check: (d) => d[0] !== 0 && d[0] !== 8 && isLuhn(d, 9),
  }),
  numericId({
    name: 'br-cpf',
    what: 'Brazilian CPF, 000.000.000-00, or eleven digits after "CPF"',
    validator: 'two check digits modulo 11',
    length: 11,
    spellings: [['000.000.000-0', 3332]],
    words: ['cpf'],
    check: isCpf,
  }),
  numericId({
    name: 'in-aadhaar',
    what: 'Indian Aadhaar, 4-4-4, or twelve digits after "Aadhaar"',
    validator: 'Verhoeff, first digit 2 to 9',
    length: 12,
    spellings: [
      ['0000 0000 0', 444],
      ['0000-0000-0', 444],
    ],
    words: ['aadhaar', 'aadhar', 'uidai'],
    check: isAadhaar,
  }),
  numericId({
    name: 'jp-my-number',
    what: 'Japanese My Number, twelve digits after the word',
    validator: 'modulo 11',
    length: 12,
    spellings: [],
    words: ['my number', 'mynumber'],
    check: isMyNumber,
  }),
  numericId({
    name: 'kr-rrn',
    what: 'Korean resident registration numbers',
    validator: 'birth date, modulo 11',
    length: 13,
    spellings: [['000000-0000000', 67]],
    words: ['rrn'],
    check: isRrn,
  }),
  numericId({
    name: 'au-tfn',
    what: 'Australian tax file numbers after "TFN"',
    validator: 'weights modulo 11',
    length: 9,
    spellings: [],
    words: ['tfn', 'tax file'],
    check: isTfn,
  }),
  numericId({
    name: 'tr-tckn',
    what: 'Turkish identity numbers after "TC Kimlik"',
    validator: 'two check digits',
    length: 11,
    spellings: [],
    words: ['kimlik', 'tckn'],
    check: isTckn,
  }),
  numericId({
    name: 'za-id',
    what: 'South African ids after "ID number"',
    validator: 'birth date, Luhn',
    length: 13,
    spellings: [],
    words: ['id number', 'sa id'],
    check: (d) => numberOf(d, 2, 4) >= 1 && numberOf(d, 2, 4) <= 12 && numberOf(d, 4, 6) >= 1 && numberOf(d, 4, 6) <= 31 && isLuhn(d, 13),
  }),
]
