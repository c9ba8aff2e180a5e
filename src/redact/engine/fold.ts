import { jsonEscapes } from '../../lib/json-escapes.ts'
import { lazily } from '../../lib/lazily.ts'

/*
 * Text as a reader would take it: entities, percent escapes and `\u` escapes undone, full-width forms and foreign digits as ASCII,
 * invisible characters gone. Kinds are looked for in this view; what is cut out is cut out of the original.
 */

/** The folded code of what is invisible. */
export const GONE = -1

const named: ReadonlyMap<string, number> = new Map(
  'amp& lt< gt> quot" apos\' commat@ period. plus+ colon: sol/ equals= lowbar_ hyphen- dash- nbsp\u00a0'
    .split(' ')
    .map((entry) => [entry.slice(0, -1), entry.charCodeAt(entry.length - 1)]),
)

/** `[from, to, becomes]`: a code unit for all of them, or -1. From UTS 39 and UAX 44 (Default_Ignorable_Code_Point, Zs, Pd). */
const ranges: readonly (readonly [from: number, to: number, becomes: number])[] = [
  [0xad, 0xad, GONE],
  [0x34f, 0x34f, GONE],
  [0x61c, 0x61c, GONE],
  [0x180e, 0x180e, GONE],
  [0x200b, 0x200f, GONE],
  [0x202a, 0x202e, GONE],
  [0x2060, 0x206f, GONE],
  [0xfe00, 0xfe0f, GONE],
  [0xfeff, 0xfeff, GONE],
  [0xa0, 0xa0, 32],
  [0x2000, 0x200a, 32],
  [0x202f, 0x202f, 32],
  [0x205f, 0x205f, 32],
  [0x3000, 0x3000, 32],
  [0x2010, 0x2015, 45],
  [0x2212, 0x2212, 45],
  [0xfe63, 0xfe63, 45],
  [0x2024, 0x2024, 46],
  [0xfe52, 0xfe52, 46],
  [0xfe6b, 0xfe6b, 64],
]
/** Code points of the digit zero of the decimal digits people type with (Unicode 16, general category Nd, BMP). */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810,
]

/** What an escape may begin with, and surrogates that foldable pairs begin with: to be looked at more closely. */
const ESCAPE = -2
const LEAD = -3

/** By code unit: what it becomes, {@link ESCAPE} or {@link LEAD}; 0 for itself. Made when the first text needs it. */
export const foldTable = lazily((): Int16Array => {
  const made = new Int16Array(0x10000)
  for (const [from, to, becomes] of ranges) made.fill(becomes, from, to + 1)
  for (const zero of zeros) for (let digit = 0; digit < 10; digit++) made[zero + digit] = 48 + digit
  for (let code = 0xff01; code <= 0xff5e; code++) made[code] = code - 0xfee0
  for (const code of [37, 38, 92]) made[code] = ESCAPE
  // Mathematical digits; tag characters.
  for (const code of [0xd835, 0xdb40]) made[code] = LEAD
  return made
})

const hexValue = (code: number): number =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : code >= 65 && code <= 70 ? code - 55 : -1

/** Where the escape just read ends. */
let escapeEnd = 0

/** Reads `count` hexadecimal digits at `at`, or -1. */
function hexAt(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const digit = hexValue(text.charCodeAt(i))
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  escapeEnd = at + count
  return value
}

/** The code an escape at `at` stands for, its end in {@link escapeEnd}; -1 when it is none. */
function escapeAt(text: string, at: number, json: boolean): number {
  const first = text.charCodeAt(at)
  if (first === 37) {
    const high = hexValue(text.charCodeAt(at + 1))
    const low = hexValue(text.charCodeAt(at + 2))
    if (high < 2 || high > 7 || low < 0) return -1
    escapeEnd = at + 3
    return high * 16 + low
  }
  const next = text.charCodeAt(at + 1)
  if (first === 92) {
    if (next === 117) return hexAt(text, at + 2, 4)
    const short = json ? jsonEscapes.get(next) : undefined
    if (short === undefined) return -1
    escapeEnd = at + 2
    return short
  }
  return next === 35 ? numericEntity(text, at + 2) : namedEntity(text, at + 1)
}

function numericEntity(text: string, at: number): number {
  const hex = (text.charCodeAt(at) | 32) === 120
  const start = hex ? at + 1 : at
  let value = 0
  for (let i = start; i < start + 8; i++) {
    const code = text.charCodeAt(i)
    if (code === 59) {
      escapeEnd = i + 1
      return i > start && value < 0x10000 ? value : -1
    }
    const digit = hexValue(code)
    if (digit < 0 || (!hex && digit > 9)) return -1
    value = value * (hex ? 16 : 10) + digit
  }
  return -1
}

function namedEntity(text: string, at: number): number {
  let i = at
  while (i < at + 6 && text.charCodeAt(i) >= 97 && text.charCodeAt(i) <= 122) i++
  if (i < at + 2 || text.charCodeAt(i) !== 59) return -1
  escapeEnd = i + 1
  return named.get(text.slice(at, i)) ?? -1
}

// V8 knows without looking that one-byte text has none of these.
const wide = /[\u0100-\uffff]/
const marks = ['&', '%', '\\', '\u00a0', '\u00ad'] as const

/**
 * True unless nothing in the text can be foldable. Finds single characters natively; that clears almost all text. `json`: the text is the inside of
 * a JSON string literal.
 */
export function mayFold(text: string, json = false): boolean {
  if (json ? text.includes('\\') : mayEscape(text, '\\', isU)) return true
  return mayBeEncoded(text) || text.includes('\u00a0') || text.includes('\u00ad') || isWide(text)
}

/** True unless no entity and no percent escape can be in the text. */
export function mayBeEncoded(text: string): boolean {
  return mayEscape(text, '&', beginsEntity) || mayEscape(text, '%', beginsPercent)
}

/** After so many marks that begin nothing, something is thought to come. */
const MOST_MARKS = 64

function mayEscape(text: string, mark: string, begins: (code: number) => boolean): boolean {
  let at = text.indexOf(mark)
  for (let tries = 0; at >= 0; tries++) {
    if (tries === MOST_MARKS || begins(text.charCodeAt(at + 1))) return true
    at = text.indexOf(mark, at + 1)
  }
  return false
}

const isU = (code: number): boolean => code === 117
const beginsEntity = (code: number): boolean => code === 35 || (code >= 97 && code <= 122)
const beginsPercent = (code: number): boolean => code >= 50 && code <= 55

/** Is any character of the text beyond U+00FF? */
export function isWide(text: string): boolean {
  return wide.test(text)
}

const NEAR = 16

/** The foldable pieces of a text, from left to right. */
export class Folds {
  /** The present piece: where it stands, where it ends, and the code that stands for it. */
  from = 0
  to = 0
  code = 0
  readonly #text: string
  readonly #json: boolean
  readonly #table: Int16Array
  readonly #isWide: boolean
  /** By mark: where it comes next, as far as is known. */
  readonly #marksAt = marks.map(() => -1)

  /** `json`: the text is the inside of a JSON string literal. */
  constructor(text: string, json: boolean) {
    this.#text = text
    this.#json = json
    this.#table = foldTable()
    this.#isWide = isWide(text)
  }

  /** Goes on to the next piece. False when there is none. */
  next(): boolean {
    const text = this.#text
    const table = this.#table
    // Marks come seldom or in crowds: a few characters are looked at, then the next mark is asked for natively.
    let near = this.#isWide ? text.length : this.to + NEAR
    for (let at = this.to; at < text.length; ) {
      const folded = table[text.charCodeAt(at)]!
      if (folded === 0) {
        at++
        if (at < near) continue
        at = this.#nextMark(at)
        near = at + NEAR
      } else if (folded > LEAD && folded !== ESCAPE) return this.#piece(at, at + 1, folded)
      else if (folded === ESCAPE) {
        const value = escapeAt(text, at, this.#json)
        // Control characters stay escapes, but for those a JSON string cannot hold otherwise.
        if (value >= 32 || (value >= 0 && this.#json && text.charCodeAt(at) === 92)) return this.#piece(at, escapeEnd, foldedCode(value))
        at++
      } else {
        const point = text.codePointAt(at)!
        if (point >= 0x1d7ce && point <= 0x1d7ff) return this.#piece(at, at + 2, 48 + ((point - 0x1d7ce) % 10))
        if (point >= 0xe0000 && point <= 0xe007f) return this.#piece(at, at + 2, GONE)
        at += point > 0xffff ? 2 : 1
      }
    }
    return false
  }

  /** The next character at or after `from` that an escape may begin with. No stretch of text is searched twice for the same mark. */
  #nextMark(from: number): number {
    const places = this.#marksAt
    let next = this.#text.length
    for (let i = 0; i < marks.length; i++) {
      if (places[i]! < from) {
        const at = this.#text.indexOf(marks[i]!, from)
        places[i] = at < 0 ? this.#text.length : at
      }
      if (places[i]! < next) next = places[i]!
    }
    return next
  }

  #piece(from: number, to: number, code: number): true {
    this.from = from
    this.to = to
    this.code = code
    return true
  }
}

/** What a code that an escape stood for reads as. */
function foldedCode(code: number): number {
  const folded = foldTable()[code]!
  return folded === 0 || folded === ESCAPE || folded === LEAD ? code : folded
}
