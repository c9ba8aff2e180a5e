/**
 * The text as a reader would take it: entities, percent escapes and `\u` escapes undone, full-width forms and foreign digits as ASCII,
 * invisible characters gone. Kinds are looked for in the view; what is cut out is cut out of the original.
 */
export class View {
  /** Original text, as far as it is kept. */
  raw = ''
  /** What verifiers see. The very same string as `raw` as long as nothing needed folding. */
  text = ''
  /** Original range of each character of `text`; undefined while the two are the same. */
  #starts: number[] | undefined
  #ends: number[] | undefined
  /** First character of `raw` that is not in `text` yet. */
  #read = 0
  readonly #json: boolean

  /** `json`: the text is the inside of a JSON string literal. */
  constructor(json = false) {
    this.#json = json
  }

  push(more: string, final: boolean): void {
    this.raw += more
    if (this.#starts === undefined && !suspicious.test(this.#read === this.raw.length - more.length ? more : this.raw.slice(this.#read))) {
      this.text += this.raw.slice(this.#read)
      this.#read = this.raw.length
      return
    }
    this.#fold(final)
  }

  /** Where character `i` of the view begins in the original. */
  startOf(i: number): number {
    if (this.#starts === undefined) return i
    return i < this.text.length ? this.#starts[i]! : this.#read
  }

  /** Where what ends before character `i` of the view ends in the original. */
  endOf(i: number): number {
    return this.#ends === undefined || i === 0 ? i : this.#ends[i - 1]!
  }

  /** True when a character of `[from, to)` does not stand in the original as itself. */
  folded(from: number, to: number): boolean {
    if (this.#starts === undefined) return false
    for (let i = from; i < to; i++) if (this.raw.charCodeAt(this.#starts[i]!) !== this.text.charCodeAt(i)) return true
    return false
  }

  /** Drops the first `count` characters of the view, and their originals; says how many of those there were. */
  forget(count: number): number {
    const dropped = this.startOf(count)
    this.raw = this.raw.slice(dropped)
    this.text = this.text.slice(count)
    this.#read -= dropped
    if (this.#starts !== undefined) {
      this.#starts = this.#starts.slice(count).map((at) => at - dropped)
      this.#ends = this.#ends!.slice(count).map((at) => at - dropped)
      if (this.text === this.raw) this.#starts = this.#ends = undefined
    }
    return dropped
  }

  #fold(final: boolean): void {
    const { raw } = this
    const starts = this.#starts ?? Array.from({ length: this.text.length }, (_, i) => i)
    const ends = this.#ends ?? starts.map((i) => i + 1)
    let at = this.#read
    const parts: string[] = []
    while (at < raw.length) {
      const step = foldAt(raw, at, final, this.#json)
      if (step === undefined) break
      if (step.char !== '') {
        for (let i = 0; i < step.char.length; i++) {
          starts.push(at)
          ends.push(at + step.length)
        }
        parts.push(step.char)
      }
      at += step.length
    }
    this.text += parts.join('')
    this.#read = at
    this.#starts = starts
    this.#ends = ends
  }
}

// One native test clears almost all text: plain ASCII without an escape that could hide a character.
const suspicious = /[&%\\\u00a0-\uffff]/

const foldable = new RegExp(
  '&(?:#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-z]{2,6});|%[0-9a-fA-F]{2}|\\\\u[0-9a-fA-F]{4}|' +
    '[\ud800-\udbff][\udc00-\udfff]|[\u00a0\u00ad\u034f\u061c\u0660-\u0fff\u1040-\u1819\u2000-\u206f\u2212\u3000\ufe00-\uff5e\ufeff]',
  'g',
)

/** The view of a whole text where nobody needs to know what came from where. */
export function foldText(text: string): string {
  if (!suspicious.test(text)) return text
  return text.replace(foldable, (found, at: number) => {
    const step = foldAt(text, at, true)
    return step?.length === found.length ? step.char : found
  })
}

interface Step {
  readonly char: string
  readonly length: number
}

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['commat', '@'],
  ['period', '.'],
  ['plus', '+'],
  ['colon', ':'],
  ['sol', '/'],
  ['equals', '='],
  ['lowbar', '_'],
  ['hyphen', '-'],
  ['dash', '-'],
  ['nbsp', ' '],
])

/** Two-character escapes of JSON strings (RFC 8259 section 7). */
const simpleEscapes: ReadonlyMap<string, string> = new Map(
  [...'"\\/'].map((char): [string, string] => [char, char]).concat([...'nrtbf'].map((char, i) => [char, '\n\r\t\b\f'[i]!])),
)

/** Longest escape: `&#x000040;`. */
const MAX_ESCAPE = 12
const escapeForm = /^(?:&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,6}));|%([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4}))/
const unfinished = /^(?:&(?:#?|#\d{1,7}|#[xX][0-9a-fA-F]{0,6}|[a-z]{1,6})|%[0-9a-fA-F]?|\\(?:u[0-9a-fA-F]{0,3})?)$/

function foldAt(raw: string, at: number, final: boolean, json = false): Step | undefined {
  const code = raw.charCodeAt(at)
  if (code === 38 || code === 37 || code === 92) {
    const ahead = raw.slice(at, at + MAX_ESCAPE)
    const hit = escapeForm.exec(ahead)
    if (hit !== null) {
      const [whole, decimal, hex, name, percent, unicode] = hit
      const value = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? percent ?? unicode ?? '-1', 16)
      const char = name !== undefined ? named.get(name) : value >= 32 && value < 0x10000 ? String.fromCharCode(value) : undefined
      if (char !== undefined) return { char: foldChar(char.charCodeAt(0), char), length: whole.length }
    } else if (!final && ahead.length < MAX_ESCAPE && unfinished.test(ahead)) return undefined
    const escaped = json && code === 92 ? simpleEscapes.get(ahead[1] ?? '') : undefined
    return escaped === undefined ? { char: raw[at]!, length: 1 } : { char: escaped, length: 2 }
  }
  if (code < 0xa0) return { char: raw[at]!, length: 1 }
  if (code >= 0xd800 && code < 0xdc00) {
    if (at + 1 >= raw.length) return final ? { char: raw[at]!, length: 1 } : undefined
    const point = raw.codePointAt(at)!
    // Mathematical digits; tag characters.
    if (point >= 0x1d7ce && point <= 0x1d7ff) return { char: String.fromCharCode(48 + ((point - 0x1d7ce) % 10)), length: 2 }
    if (point >= 0xe0000 && point <= 0xe007f) return { char: '', length: 2 }
  }
  return { char: foldChar(code, raw[at]!), length: 1 }
}

/** Code points of the digit zero of decimal digit ranges people type with. Unicode 16, general category Nd. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810,
]

function foldChar(code: number, char: string): string {
  if (code < 0xa0) return char
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0)
  if (isInvisible(code)) return ''
  if (code === 0xa0 || code === 0x3000 || code === 0x202f || code === 0x205f || (code >= 0x2000 && code <= 0x200a)) return ' '
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212 || code === 0xfe63) return '-'
  if (code === 0xfe52 || code === 0x2024) return '.'
  if (code === 0xfe6b) return '@'
  for (const zero of zeros) if (code >= zero && code <= zero + 9) return String.fromCharCode(48 + code - zero)
  return char
}

function isInvisible(code: number): boolean {
  return (
    code === 0xad ||
    code === 0x34f ||
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff
  )
}
