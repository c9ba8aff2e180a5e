import { SafeMcpConfigError } from '../core/config-error.ts'
import { confusable, latinVariant } from './confusables.ts'
import { isSimple } from './matcher/index.ts'

/** What a UTF-16 unit or code point means to the normaliser. `payload` depends on the kind. */
export const ASCII = 1 // payload: the byte to write
export const STRING = 2 // payload: index into `strings`
export const CODE = 3 // payload: two bytes that stand for a letter that occurs in a rule
export const OTHER = 4 // a letter or symbol no rule knows
export const LETTERS = 5 // several letters in one, some of which occur in a rule; payload: index into `strings`
export const INVISIBLE = 6
export const BIDI = 7
export const VARIATION = 8
export const PRIVATE = 9
export const COMBINING = 10
export const JOINER = 11
export const DIRECTION = 12
/** Removed without remark: ordinary in typeset text. */
export const SOFT = 13

/** Written for every character that no rule knows. Not a word byte. */
export const UNKNOWN_BYTE = 0xff

// One entry for each UTF-16 unit, made when it is first met: `kind << 24 | payload`. Asking `normalize` for all of them
// at start-up would cost 130 ms.
let table: Int32Array | undefined
const strings: string[] = []

/** Kind and payload of a UTF-16 unit from 0x80 that is not a surrogate. */
export function describe(unit: number): number {
  table ??= new Int32Array(0x10000)
  const known = table[unit]!
  if (known !== 0) return known
  return (table[unit] = classify(unit))
}

/** The same for a code point beyond the BMP. */
export function describeAstral(point: number): number {
  if (point >= 0xe0100 && point <= 0xe01ef) return VARIATION << 24
  if (point >= 0xf0000) return PRIVATE << 24
  // Flag letters spell words as well as flags.
  if (point >= 0x1f1e6 && point <= 0x1f1ff) return (ASCII << 24) | (point - 0x1f1e6 + 0x61)
  if ((point >= 0x1d400 && point <= 0x1d7ff) || (point >= 0x1f100 && point <= 0x1f1ff) || (point >= 0x1fbf0 && point <= 0x1fbf9)) {
    const folded = String.fromCodePoint(point).normalize('NFKC').toLowerCase()
    if (folded.length === 1 && folded < '\u0080') return (ASCII << 24) | folded.charCodeAt(0)
    if (folded.length === 1) return describe(folded.charCodeAt(0))
    const letter = /[a-z]/.exec(folded)?.[0]
    if (letter !== undefined) return (ASCII << 24) | letter.charCodeAt(0)
    if (point >= 0x1f130 && point <= 0x1f189) return (ASCII << 24) | (((point - 0x1f130) % 32) + 0x61)
  }
  return OTHER << 24
}

/** The ASCII text of a STRING entry; of LETTERS, what to write, a character for each byte. */
export function stringOf(payload: number): string {
  return strings[payload]!
}

/**
 * Letters that one character may stand for. What stands for more are units of measure (U+3316) and Arabic prayers (U+FDFA): no rule has them,
 * and a flood of them would be many times as long as it is written.
 */
const MOST_LETTERS = 4

function classify(unit: number): number {
  if (isInvisible(unit)) return INVISIBLE << 24
  if (unit === 0x200c || unit === 0x200d) return JOINER << 24
  if (unit === 0x200e || unit === 0x200f || unit === 0x61c) return DIRECTION << 24
  if ((unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069)) return BIDI << 24
  if (unit >= 0xfe00 && unit <= 0xfe0f) return VARIATION << 24
  if (unit >= 0xe000 && unit <= 0xf8ff) return PRIVATE << 24
  if (unit === 0xad || unit === 0x34f) return SOFT << 24
  if (isCombining(unit)) return COMBINING << 24
  const folded = foldCharacter(String.fromCharCode(unit))
  if (folded === '') return SOFT << 24
  if (folded.length > MOST_LETTERS) return OTHER << 24
  if (folded.length === 1 && folded < '\u0080') return (ASCII << 24) | folded.charCodeAt(0)
  if (folded.length === 1) {
    // A letter that no rule knows is read without its marks: whoever adds some hides nothing.
    const code = codes.get(folded) ?? codes.get(folded.normalize('NFD')[0]!)
    return code === undefined ? OTHER << 24 : (CODE << 24) | code
  }
  const parts = Array.from(folded).slice(0, MAX_PARTS)
  if (isSimple(folded)) return (STRING << 24) | (strings.push(parts.join('')) - 1)
  if (!parts.some((part) => codes.has(part))) return OTHER << 24
  return (LETTERS << 24) | (strings.push(parts.map(bytesOf).join('')) - 1)
}

/** Letters of a ligature that are read. */
const MAX_PARTS = 4

function bytesOf(letter: string): string {
  if (letter < '\u0080') return letter
  if (isCombining(letter.charCodeAt(0))) return ''
  const code = codes.get(letter)
  return code === undefined ? String.fromCharCode(UNKNOWN_BYTE) : String.fromCharCode(code >> 8, code & 0xff)
}

/** Zero-width and otherwise blank characters that no script needs where an attacker puts them. */
function isInvisible(unit: number): boolean {
  return (
    unit === 0x200b ||
    unit === 0xfeff ||
    (unit >= 0x2060 && unit <= 0x2065) ||
    (unit >= 0x206a && unit <= 0x206f) ||
    unit === 0x180e ||
    unit === 0x115f ||
    unit === 0x1160 ||
    unit === 0x3164 ||
    unit === 0xffa0 ||
    (unit >= 0xfff9 && unit <= 0xfffb)
  )
}

function isCombining(unit: number): boolean {
  return (
    (unit >= 0x300 && unit <= 0x36f) ||
    (unit >= 0x1ab0 && unit <= 0x1aff) ||
    (unit >= 0x1dc0 && unit <= 0x1dff) ||
    (unit >= 0x20d0 && unit <= 0x20ff) ||
    (unit >= 0xfe20 && unit <= 0xfe2f) ||
    // Arabic vowel signs: seldom written, so words are compared without them.
    (unit >= 0x64b && unit <= 0x652)
  )
}

/** Compatibility form, lower case, accents off Latin letters, look-alikes of Latin letters as those. */
function foldCharacter(char: string): string {
  const folded = char.normalize('NFKC').toLowerCase()
  if (folded === '\u00df') return 'ss'
  if (folded === '\u00e6') return 'ae'
  if (folded === '\u0153') return 'oe'
  let out = ''
  for (const part of folded) {
    const variant = latinVariant.get(part.codePointAt(0)!)
    const bare = part >= '\u0400' && part < '\u1e00' ? part : part.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
    out += variant ?? (bare.length === 1 || bare < '\u0080' ? punctuation(bare) : part)
  }
  return out
}

function punctuation(char: string): string {
  if (char >= '\u2010' && char <= '\u2015') return '-'
  if (char === '\u2018' || char === '\u2019' || char === '\u02bc') return "'"
  if (char === '\u201c' || char === '\u201d' || char === '\u00ab' || char === '\u00bb') return '"'
  if (char === '\u3002') return '.'
  if (char === '\u3001') return ','
  if (char === '\u2028' || char === '\u2029') return '\n'
  return char
}

// Letters beyond ASCII that occur in rules, as two bytes 0x80-0x9f, 0xa0-0xff: a Chinese character costs two states, not three.
const codes = new Map<string, number>()

/** A word of a rule as the normaliser writes it: ASCII, and two bytes for each letter beyond. */
export function encodeWord(word: string): string {
  if (isSimple(word)) return word.toLowerCase()
  let out = ''
  for (const char of word.toLowerCase().normalize('NFKC')) {
    if (char < '\u0080') out += char
    else if (!isCombining(char.charCodeAt(0))) for (const folded of foldCharacter(char)) out += folded < '\u0080' ? folded : codeOf(folded)
  }
  return out
}

function codeOf(char: string): string {
  let code = codes.get(char)
  if (code === undefined) {
    const index = codes.size
    if (index >= 32 * 96 || char.length > 1)
      throw new SafeMcpConfigError({ code: 'invalid_rule', path: 'rules', message: `'${char}' cannot be matched.` })
    code = ((0x80 + Math.floor(index / 96)) << 8) | (0xa0 + (index % 96))
    codes.set(char, code)
    // What was classified before this letter was known may be out of date.
    table = undefined
  }
  return String.fromCharCode(code >> 8, code & 0xff)
}

/** The last letter that passes for a Latin one. */
const LAST = 0x13ff
const passing = new Uint8Array(LAST + 1)
for (const [point, letter] of confusable) {
  const upper = String.fromCharCode(point).toUpperCase()
  passing[point] = letter.charCodeAt(0)
  if (upper.length === 1) passing[upper.charCodeAt(0)] ||= letter.charCodeAt(0)
}

/** The Latin letter a letter of another script (Greek, Cyrillic, Armenian, Cherokee) passes for, as a byte; 0 when it does not. */
export function passesFor(unit: number): number {
  return unit < 0x370 || unit > LAST ? 0 : passing[unit]!
}

/** Letters of scripts written from right to left. */
export function isRightToLeft(unit: number): boolean {
  return (unit >= 0x590 && unit <= 0x8ff) || (unit >= 0xfb1d && unit <= 0xfdff) || (unit >= 0xfe70 && unit <= 0xfefc)
}

/** Scripts whose spelling needs joiners or break marks: Arabic, the Indic family, Thai, Khmer, Myanmar, Mongolian. */
export function needsJoiners(unit: number): boolean {
  return isRightToLeft(unit) || (unit >= 0x900 && unit <= 0x109f) || (unit >= 0x1780 && unit <= 0x18af)
}
