import { MIN_RUN } from './runs.ts'

/** Text as it reads after an encoding was undone, with the way back. */
export interface View {
  readonly text: string
  /** By UTF-16 unit of `text` and one more: offset in the text before. Absent: the whole stems from `range`. */
  readonly offsets?: Int32Array | undefined
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
export const BEYOND = 64
export const EMPHASIS = 128

/** Builds text and offsets side by side. */
export class Rewriter {
  readonly #parts: string[] = []
  readonly #offsets: Int32Array
  #length = 0
  changed = 0

  constructor(size: number) {
    this.#offsets = new Int32Array(size + 1)
  }

  put(text: string, at: number): void {
    this.#parts.push(text)
    for (let i = 0; i < text.length; i++) this.#offsets[this.#length++] = at
  }

  copy(text: string, from: number, to: number): void {
    if (from === to) return
    this.#parts.push(text.slice(from, to))
    for (let i = from; i < to; i++) this.#offsets[this.#length++] = i
  }

  view(source: string, layer: string): View | undefined {
    if (this.changed === 0) return undefined
    this.#offsets[this.#length] = source.length
    return { text: this.#parts.join(''), offsets: this.#offsets.subarray(0, this.#length + 1), range: [0, source.length], layer }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: false })

/** Percent (`%69`) and quoted-printable (`=69`) bytes, read as UTF-8. */
export function decodeBytes(text: string, sign: '%' | '=', layer: string): View | undefined {
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = text.indexOf(sign); i >= 0; i = text.indexOf(sign, i)) {
    const start = i
    const bytes: number[] = []
    while (text[i] === sign) {
      const softBreak = sign === '=' ? (text.startsWith('=\r\n', i) ? 3 : text.startsWith('=\n', i) ? 2 : 0) : 0
      const byte = softBreak > 0 ? -1 : hexByte(text, i + 1)
      if (softBreak === 0 && byte < 0) break
      if (byte >= 0) bytes.push(byte)
      i += softBreak || 3
    }
    if (i === start) {
      i++
      continue
    }
    out.copy(text, copied, start)
    out.put(utf8.decode(Uint8Array.from(bytes)), start)
    out.changed++
    copied = i
  }
  out.copy(text, copied, text.length)
  return out.view(text, layer)
}

const namedEntities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lbrack: '[',
  rbrack: ']',
  colon: ':',
  num: '#',
  lowbar: '_',
  sol: '/',
}

/** HTML entities: `&#105;`, `&#x69;`, `&lt;`. */
export function decodeEntities(text: string): View | undefined {
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = text.indexOf('&'); i >= 0; i = text.indexOf('&', i + 1)) {
    const end = closing(text, ';', i)
    if (end < 0) continue
    const name = text.slice(i + 1, end)
    let char = Object.hasOwn(namedEntities, name) ? namedEntities[name] : undefined
    if (name.startsWith('#'))
      char = codePoint(name[1] === 'x' || name[1] === 'X' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10))
    if (char === undefined) continue
    out.copy(text, copied, i)
    out.put(char, i)
    out.changed++
    copied = end + 1
  }
  out.copy(text, copied, text.length)
  return out.view(text, 'html-entities')
}

/** JavaScript and JSON escapes written out in text: `\u0069`, `\u{69}`, `\x69`. */
export function decodeEscapes(text: string): View | undefined {
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i)) {
    const kind = text[i + 1]
    let end = 0
    let value = -1
    if (kind === 'x') {
      value = hexByte(text, i + 2)
      end = i + 4
    } else if (kind === 'u' && text[i + 2] === '{') {
      end = closing(text, '}', i) + 1
      if (end > 0) value = hexNumber(text, i + 3, end - 1)
    } else if (kind === 'u') {
      value = hexNumber(text, i + 2, i + 6)
      end = i + 6
    }
    const char = value < 0 ? undefined : codePoint(value)
    if (char === undefined) {
      i++
      continue
    }
    out.copy(text, copied, i)
    out.put(char, i)
    out.changed++
    copied = i = end
  }
  out.copy(text, copied, text.length)
  return out.view(text, 'escapes')
}

/** ROT13 of the letters. */
export function rot13(text: string): View {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const low = code | 0x20
    out += low >= 0x61 && low <= 0x7a ? String.fromCharCode(code + (low < 0x6e ? 13 : -13)) : text[i]
  }
  return { text: out, offsets: identity(text.length), range: [0, text.length], layer: 'rot13' }
}

/** Markdown emphasis inside words, `i**gno**re`, taken out. */
export function stripEmphasis(text: string): View | undefined {
  const out = new Rewriter(text.length)
  let copied = 0
  for (let i = 1; i + 2 < text.length; i++) {
    const sign = text[i]!
    if (sign !== text[i + 1] || !'*_~'.includes(sign) || !(isAlnum(text, i - 1) && isAlnum(text, i + 2))) continue
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
  const units: string[] = new Array(text.length)
  const offsets = new Int32Array(text.length + 1)
  for (let i = 0; i < text.length; i++) {
    units[i] = text[text.length - 1 - i]!
    offsets[i] = text.length - 1 - i
  }
  return { text: units.join(''), offsets, range: [0, text.length], layer: 'reversed' }
}

/**
 * Words spelled letter by letter, `i g n o r e` or `i.g.n.o.r.e`, with the letters put together. All separators go: what was one
 * word and what two cannot be told, so the scanner looks for words without boundaries here.
 */
export function joinSpelled(text: string, minimum: number): View | undefined {
  const out = new Rewriter(text.length)
  let i = 0
  while (i < text.length) {
    let count = 0
    let at = i
    const letters: number[] = []
    while (at < text.length && isAlnum(text, at) && !isAlnum(text, at + 1) && (at === 0 || !isAlnum(text, at - 1))) {
      letters.push(at)
      count++
      let gap = 1
      while (gap <= 3 && at + gap < text.length && isSeparator(text, at + gap)) gap++
      if (gap > 3 && !isAlnum(text, at + gap)) break
      if (at + gap >= text.length || !isAlnum(text, at + gap)) break
      at += gap
    }
    if (count >= minimum) {
      for (const letter of letters) out.put(text[letter]!, letter)
      out.put(' ', at)
      out.changed++
      i = letters.at(-1)! + 1
      continue
    }
    i = count > 1 ? letters.at(-1)! + 1 : i + 1
  }
  return out.view(text, 'spelled')
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

/** Where an escape that begins at `from` is closed; it never looks far, or a flood of openers would cost a square. */
function closing(text: string, sign: string, from: number): number {
  for (let i = from + 2; i < from + 12 && i < text.length; i++) if (text[i] === sign) return i
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

function codePoint(value: number): string | undefined {
  return value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff) ? String.fromCodePoint(value) : undefined
}

function identity(length: number): Int32Array {
  const offsets = new Int32Array(length + 1)
  for (let i = 0; i <= length; i++) offsets[i] = i
  return offsets
}

function isAlnum(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  const low = code | 0x20
  return (low >= 0x61 && low <= 0x7a) || (code >= 0x30 && code <= 0x39)
}

function isSeparator(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x20 && code < 0x7f && !isAlnum(text, at)
}
