import { asciiBytes } from './matcher/index.ts'
import { MIN_RUN } from './runs.ts'

/** Text as it reads after an encoding was undone, with the way back. */
export interface View {
  readonly text: string
  /** Where a UTF-16 unit of `text` stood in the text before; for its length, where that ends. Absent: the whole stems from `range`. */
  readonly originOf?: ((at: number) => number) | undefined
  /** The encoded run in the text before. */
  readonly range: readonly [start: number, end: number]
  readonly layer: string
}

/** Trigger bits: what was seen that asks for a view. */
export const PERCENT = 1
export const ENTITY = 2
export const ESCAPE = 4
export const QUOTED = 8
export const ROT13 = 16
export const REVERSED = 32
export const EMPHASIS = 64

/** Builds text and offsets side by side; `size` is the most it can come to. */
export class Rewriter {
  readonly #units: Uint16Array
  readonly #offsets: Int32Array
  /** Units written so far. What turns out not to be wanted is taken back by setting it. */
  length = 0
  changed = 0

  constructor(size: number) {
    this.#units = new Uint16Array(size)
    this.#offsets = new Int32Array(size + 1)
  }

  put(text: string, at: number): void {
    for (let i = 0; i < text.length; i++) this.putUnit(text.charCodeAt(i), at)
  }

  putUnit(unit: number, at: number): void {
    this.#units[this.length] = unit
    this.#offsets[this.length++] = at
  }

  copy(text: string, from: number, to: number): void {
    for (let i = from; i < to; i++) this.putUnit(text.charCodeAt(i), i)
  }

  view(source: string, layer: string): View | undefined {
    if (this.changed === 0) return undefined
    this.#offsets[this.length] = source.length
    const text = textOf(this.#units.subarray(0, this.length))
    const offsets = this.#offsets
    return { text, originOf: (at) => offsets[at]!, range: [0, source.length], layer }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: false })

/** The UTF-16 units of a text, as bytes where it is ASCII: `charCodeAt` for each would cost many times as much. */
function unitsOf(text: string): Uint8Array | Uint16Array {
  const bytes = asciiBytes(text, (borrowed) => borrowed.slice())
  if (bytes !== undefined) return bytes
  const units = new Uint16Array(text.length)
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i)
  return units
}

/** A flat string of UTF-16 units. Parts joined one by one would cost many times as much. */
function textOf(units: Uint8Array | Uint16Array): string {
  if (units instanceof Uint8Array) return utf8.decode(units)
  let all = 0
  for (let i = 0; i < units.length; i++) all |= units[i]!
  if (all < 0x80) return utf8.decode(new Uint8Array(units))
  let text = ''
  for (let i = 0; i < units.length; i += 4096) text += String.fromCharCode.apply(null, units.subarray(i, i + 4096) as unknown as number[])
  return text
}

/** Percent (`%69`) and quoted-printable (`=69`) bytes, read as UTF-8. */
export function decodeBytes(text: string, sign: '%' | '=', layer: string): View | undefined {
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = text.indexOf(sign); i >= 0; i = text.indexOf(sign, i)) {
    const start = i
    let beyond: number[] | undefined
    while (text[i] === sign) {
      const softBreak = sign === '=' ? softBreakAt(text, i) : 0
      const byte = softBreak > 0 ? -1 : hexByte(text, i + 1)
      if (softBreak === 0 && byte < 0) break
      if (i === start) out.copy(text, copied, start)
      if (byte >= 0x80) (beyond ??= []).push(byte)
      else if (byte >= 0) {
        beyond = putBytes(out, beyond, start)
        out.putUnit(byte, start)
      }
      i += softBreak || 3
    }
    if (i === start) {
      i++
      continue
    }
    putBytes(out, beyond, start)
    out.changed++
    copied = i
  }
  out.copy(text, copied, text.length)
  return out.view(text, layer)
}

/** Characters beyond ASCII are rare in an attack, and a decoder is dear: only their bytes go through it. */
function putBytes(out: Rewriter, bytes: readonly number[] | undefined, at: number): undefined {
  if (bytes !== undefined) out.put(utf8.decode(Uint8Array.from(bytes)), at)
}

/** Length of a line break that quoted-printable text does not mean, or 0. */
function softBreakAt(text: string, at: number): number {
  const next = text.charCodeAt(at + 1)
  return next === 0x0a ? 2 : next === 0x0d && text.charCodeAt(at + 2) === 0x0a ? 3 : 0
}

const named = new Map(
  ['lt<', 'gt>', 'amp&', 'quot"', "apos'", 'nbsp ', 'lbrack[', 'rbrack]', 'colon:', 'num#', 'lowbar_', 'sol/'].map(
    (pair) => [pair.slice(0, -1), pair.charCodeAt(pair.length - 1)] as const,
  ),
)

/** HTML entities: `&#105;`, `&#x69;`, `&lt;`. */
export function decodeEntities(text: string): View | undefined {
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = text.indexOf('&'); i >= 0; i = text.indexOf('&', i + 1)) {
    const end = closing(text, i)
    if (end < 0) continue
    const point = entityAt(text, i + 1, end)
    if (!isPoint(point)) continue
    out.copy(text, copied, i)
    putPoint(out, point, i)
    copied = end + 1
  }
  out.copy(text, copied, text.length)
  return out.view(text, 'html-entities')
}

/** The code point an entity stands for, or NaN. */
function entityAt(text: string, start: number, end: number): number {
  if (text[start] !== '#') return named.get(text.slice(start, end)) ?? Number.NaN
  const hex = text[start + 1] === 'x' || text[start + 1] === 'X'
  return hex ? Number.parseInt(text.slice(start + 2, end), 16) : Number.parseInt(text.slice(start + 1, end), 10)
}

/** JavaScript and JSON escapes written out in text: `\u0069`, `\u{69}`, `\x69`. */
export function decodeEscapes(text: string): View | undefined {
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i)) {
    const kind = text[i + 1]
    let end = 0
    let point = -1
    if (kind === 'x') {
      point = hexByte(text, i + 2)
      end = i + 4
    } else if (kind === 'u' && text[i + 2] === '{') {
      end = i + 3
      while (end < i + 12 && hexDigit(text.charCodeAt(end)) >= 0) end++
      if (text[end] === '}') point = hexNumber(text, i + 3, end)
      end++
    } else if (kind === 'u') {
      point = hexNumber(text, i + 2, i + 6)
      end = i + 6
    }
    if (!isPoint(point)) {
      i++
      continue
    }
    out.copy(text, copied, i)
    putPoint(out, point, i)
    copied = i = end
  }
  out.copy(text, copied, text.length)
  return out.view(text, 'escapes')
}

const turned = new Uint8Array(128)
for (let byte = 0; byte < 128; byte++) {
  const low = byte | 0x20
  turned[byte] = low >= 0x61 && low <= 0x7a ? byte + (low < 0x6e ? 13 : -13) : byte
}

/** ROT13 of the letters. */
export function rot13(text: string): View {
  const units = unitsOf(text)
  for (let i = 0; i < units.length; i++) {
    const unit = units[i]!
    if (unit < 128) units[i] = turned[unit]!
  }
  return { text: textOf(units), originOf: (at) => at, range: [0, text.length], layer: 'rot13' }
}

/** Markdown emphasis inside words, `i**gno**re`, taken out. */
export function stripEmphasis(text: string): View | undefined {
  const units = unitsOf(text)
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = 1; i + 2 < units.length; i++) {
    const sign = units[i]!
    if ((sign !== 0x2a && sign !== 0x5f && sign !== 0x7e) || sign !== units[i + 1]) continue
    if (kindAt(units, i - 1) !== ALNUM || kindAt(units, i + 2) !== ALNUM) continue
    out.copy(text, copied, i)
    out.changed++
    copied = i + 2
    i++
  }
  out.copy(text, copied, text.length)
  return out.view(text, 'emphasis')
}

/** The text back to front. */
export function reversed(text: string): View {
  const units = unitsOf(text).reverse()
  return { text: textOf(units), originOf: (at) => Math.max(0, text.length - 1 - at), range: [0, text.length], layer: 'reversed' }
}

/**
 * Words spelled letter by letter, `i g n o r e` or `i.g.n.o.r.e`, with the letters put together. All separators go: what was one
 * word and what two cannot be told, so the scanner looks for words without boundaries here. The rest of the text was looked at already.
 */
export function joinSpelled(text: string, minimum: number): View | undefined {
  const units = unitsOf(text)
  const out = new Rewriter(text.length)
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
  return out.view(text, 'spelled')
}

const SEPARATOR = 1
const ALNUM = 2
const kinds = new Uint8Array(128)
for (let unit = 0x20; unit < 0x7f; unit++) kinds[unit] = /[a-z0-9]/i.test(String.fromCharCode(unit)) ? ALNUM : SEPARATOR

function kindAt(units: Uint8Array | Uint16Array, at: number): number {
  return at < units.length ? (kinds[units[at]!] ?? 0) : 0
}

/**
 * What a run of base64 or hex characters says, when it is text. The run may begin with a few characters that do not
 * belong to it, so all four alignments are tried on its beginning.
 */
export function decodeRun(run: string): { readonly text: string; readonly layer: string } | undefined {
  if (run.length % 2 === 0 && isHex(run)) {
    const bytes = new Uint8Array(run.length / 2)
    for (let i = 0; i < bytes.length; i++) bytes[i] = hexByte(run, i * 2)
    const text = asText(bytes, bytes.length)
    if (text !== undefined) return { text, layer: 'hex' }
  }
  for (let shift = 0; shift < 4 && run.length - shift >= MIN_RUN - 4; shift++) {
    if (asText(base64Bytes(run, shift, Math.min(run.length, shift + 28)), 0) === undefined) continue
    const bytes = base64Bytes(run, shift, run.length)
    const text = asText(bytes, 18)
    if (text !== undefined) return { text, layer: 'base64' }
  }
  return undefined
}

/** Where an entity that begins at `from` is closed; it never looks far, or a flood of openers would cost a square. */
function closing(text: string, from: number): number {
  for (let i = from + 2; i < from + 12 && i < text.length; i++) if (text.charCodeAt(i) === 0x3b) return i
  return -1
}

/** UTF-8 text, or undefined when the first `checked` bytes (0: all that are whole) are not text. */
function asText(bytes: Uint8Array, checked: number): string | undefined {
  const limit = checked === 0 ? bytes.length : Math.min(checked, bytes.length)
  for (let i = 0; i < limit; ) {
    const byte = bytes[i]!
    if (byte < 0x80) {
      if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return undefined
      i++
      continue
    }
    const more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? (byte < 0xf0 ? 2 : -1) : byte >= 0xc2 ? 1 : -1
    if (more < 0) return undefined
    for (let j = 1; j <= more && i + j < bytes.length; j++) if ((bytes[i + j]! & 0xc0) !== 0x80) return undefined
    i += more + 1
  }
  return utf8.decode(bytes)
}

function base64Bytes(run: string, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(((to - from) * 3) >> 2)
  let count = 0
  let bits = 0
  let held = 0
  for (let i = from; i < to; i++) {
    bits = ((bits << 6) | sextet(run.charCodeAt(i))) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[count++] = (bits >> held) & 0xff
    }
  }
  return bytes.subarray(0, count)
}

function sextet(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52
  return code === 0x2b || code === 0x2d ? 62 : 63
}

function isHex(run: string): boolean {
  for (let i = 0; i < run.length; i++) if (hexDigit(run.charCodeAt(i)) < 0) return false
  return true
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const low = code | 0x20
  return low >= 0x61 && low <= 0x66 ? low - 0x61 + 10 : -1
}

/** The byte two hex digits stand for, or -1. */
function hexByte(text: string, at: number): number {
  return hexNumber(text, at, at + 2)
}

function hexNumber(text: string, from: number, to: number): number {
  if (to > text.length || to <= from) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = hexDigit(text.charCodeAt(i))
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

function putPoint(out: Rewriter, point: number, at: number): void {
  out.changed++
  out.putUnit(point > 0xffff ? 0xd7c0 + (point >> 10) : point, at)
  if (point > 0xffff) out.putUnit(0xdc00 + (point & 0x3ff), at)
}

function isPoint(value: number): boolean {
  return value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
}
