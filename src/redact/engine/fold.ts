/*
 * The text as a reader would take it: entities, percent escapes and `\u` escapes undone, full-width forms and foreign digits as ASCII,
 * invisible characters gone. Kinds are looked for in this view; what is cut out is cut out of the original.
 */

const named: ReadonlyMap<string, string> = new Map(
  'amp& lt< gt> quot" apos\' commat@ period. plus+ colon: sol/ equals= lowbar_ hyphen- dash- nbsp\u00a0'
    .split(' ')
    .map((entry) => [entry.slice(0, -1), entry.slice(-1)]),
)

/** Code points of the digit zero of the decimal digits people type with (Unicode 16, general category Nd, BMP). */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810,
]

const invisible = '\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff'
const spaces = '\u00a0\u2000-\u200a\u202f\u205f\u3000'
const dashes = '\u2010-\u2015\u2212\ufe63'
const digits = zeros.map((zero) => `${String.fromCharCode(zero)}-${String.fromCharCode(zero + 9)}`).join('')
const escapes = '&(?:#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-z]{2,6});|%[2-7][0-9a-fA-F]|\\\\u[0-9a-fA-F]{4}'
/** Mathematical digits and tag characters, as surrogate pairs. */
const pairs = '\ud835[\udfce-\udfff]|\udb40[\udc00-\udc7f]'

const wideChars = `[${invisible.slice(1)}${spaces.slice(1)}${dashes}${digits}\u2024\ufe52\ufe6b\uff01-\uff5e]`
/** V8 knows without looking that one-byte text has none of these. */
const wide = new RegExp(`${wideChars}|${pairs}`)
const foldable = new RegExp(`${escapes}|[\u00a0\u00ad]|${wideChars}+|${pairs}`, 'g')
/** The same for text that has nothing wide, at one place. `\\["\\/nrtbf]` counts inside JSON strings (RFC 8259 section 7). */
const narrow = new RegExp(`${escapes}|[\u00a0\u00ad]`, 'y')
const narrowInJson = new RegExp(`${escapes}|[\u00a0\u00ad]|\\\\["\\\\/nrtbf]`, 'y')
const foldableInJson = new RegExp(`${foldable.source}|\\\\["\\\\/nrtbf]`, 'g')
/** The beginning of something foldable at the end of what is there. */
const unfinished = /(?:&(?:#?\d{0,7}|#[xX][0-9a-fA-F]{0,6}|[a-z]{1,6})|%[2-7]?|\\(?:u[0-9a-fA-F]{0,3})?|[\ud800-\udbff])$/
const LONGEST = 11

const invisibleSet = new RegExp(`[${invisible}]`)
const spaceSet = new RegExp(`[${spaces}]`)
const dashSet = new RegExp(`[${dashes}]`)
const jsonEscapes: ReadonlyMap<string, string> = new Map([...'nrtbf'].map((char, i) => [char, '\n\r\t\b\f'[i]!]))

/** What stands for a foldable piece of text: one character, or none. */
function foldPiece(piece: string): string {
  const first = piece.charCodeAt(0)
  if (first === 38) {
    if (piece[1] !== '#') {
      const char = named.get(piece.slice(1, -1))
      return char === undefined ? piece : foldChar(char)
    }
    const hex = piece[2] === 'x' || piece[2] === 'X'
    return fromCode(Number.parseInt(piece.slice(hex ? 3 : 2, -1), hex ? 16 : 10), piece)
  }
  if (first === 37) return fromCode(Number.parseInt(piece.slice(1), 16), piece)
  if (first === 92)
    return piece.length === 6 ? fromCode(Number.parseInt(piece.slice(2), 16), piece) : (jsonEscapes.get(piece[1]!) ?? piece[1]!)
  if (first === 0xd835) return String.fromCharCode(48 + ((piece.codePointAt(0)! - 0x1d7ce) % 10))
  return first === 0xdb40 ? '' : foldChar(piece)
}

const fromCode = (code: number, piece: string): string => (code >= 32 && code < 0x10000 ? foldChar(String.fromCharCode(code)) : piece)

/** What was folded before: there are a few hundred different characters at most. */
const known = new Map<string, string>()

function foldChar(char: string): string {
  if (char.charCodeAt(0) < 0xa0) return char
  let made = known.get(char)
  if (made === undefined) known.set(char, (made = foldWide(char)))
  return made
}

function foldWide(char: string): string {
  const code = char.charCodeAt(0)
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0)
  for (const zero of zeros) if (code >= zero && code <= zero + 9) return String.fromCharCode(48 + code - zero)
  if (invisibleSet.test(char)) return ''
  if (spaceSet.test(char)) return ' '
  if (dashSet.test(char)) return '-'
  if (code === 0xfe52 || code === 0x2024) return '.'
  return code === 0xfe6b ? '@' : char
}

/** True when there is anything to fold. Looks for single characters natively; almost all text is cleared by that. */
export function needsFolding(text: string, from = 0): boolean {
  return (
    follows(text, '&', from, (code) => code === 35 || (code >= 97 && code <= 122)) ||
    follows(text, '%', from, (code) => code >= 50 && code <= 55) ||
    follows(text, '\\', from, (code) => code === 117) ||
    text.indexOf('\u00a0', from) >= 0 ||
    text.indexOf('\u00ad', from) >= 0 ||
    wide.test(from === 0 ? text : text.slice(from))
  )
}

function follows(text: string, char: string, from: number, next: (code: number) => boolean): boolean {
  for (let at = text.indexOf(char, from); at >= 0; at = text.indexOf(char, at + 1)) if (next(text.charCodeAt(at + 1))) return true
  return false
}

/** The view of a whole text, where nobody needs to know what came from where. */
export function foldText(text: string): string {
  if (!needsFolding(text)) return text
  let made = ''
  let copied = 0
  eachFoldable(text, false, (piece, at) => {
    made += text.slice(copied, at) + (piece.length > 1 && piece.charCodeAt(0) > 0xff ? foldRun(piece) : foldPiece(piece))
    copied = at + piece.length
  })
  return made + text.slice(copied)
}

const foldRun = (run: string): string =>
  run.charCodeAt(0) >= 0xd800 && run.charCodeAt(0) < 0xdc00 ? foldPiece(run) : Array.from(run, foldChar).join('')

const marks = ['&', '%', '\\', '\u00a0', '\u00ad']

/** Calls `fold` with each foldable piece of `text`, from left to right; a run of wide characters is one piece. */
function eachFoldable(text: string, json: boolean, fold: (piece: string, at: number) => void): void {
  if (wide.test(text)) {
    const pattern = json ? foldableInJson : foldable
    pattern.lastIndex = 0
    for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) fold(hit[0], hit.index)
    return
  }
  // From one candidate to the next, each found natively.
  const pattern = json ? narrowInJson : narrow
  const ahead = marks.map((mark) => text.indexOf(mark))
  for (let from = 0; ; ) {
    let at = -1
    for (const [i, mark] of marks.entries()) {
      if (ahead[i]! >= 0 && ahead[i]! < from) ahead[i] = text.indexOf(mark, from)
      if (ahead[i]! >= 0 && (at < 0 || ahead[i]! < at)) at = ahead[i]!
    }
    if (at < 0) return
    pattern.lastIndex = at
    const hit = pattern.exec(text)
    if (hit !== null) fold(hit[0], at)
    from = at + (hit?.[0].length ?? 1)
  }
}

/** A piece of the original that is something else in the view. */
interface Fold {
  /** Where it stands in the view, and how much of it: 1, or 0 for what is gone. */
  view: number
  readonly size: number
  /** Where it stands in the original. */
  raw: number
  readonly length: number
}

/** A text and its view while both grow, and where each character of the view came from. */
export class View {
  /** The original, as far as it is kept. */
  raw = ''
  /** What verifiers see. */
  text = ''
  readonly #json: boolean
  #folds: Fold[] = []
  /** First character of `raw` that is not in `text` yet. */
  #read = 0

  /** `json`: the text is the inside of a JSON string literal. */
  constructor(json = false) {
    this.#json = json
  }

  push(more: string, final: boolean): void {
    const { raw } = this
    this.raw = raw + more
    const from = this.#read
    let to = this.raw.length
    if (!final) {
      const tail = unfinished.exec(this.raw.slice(Math.max(from, to - LONGEST)))
      if (tail !== null) to -= tail[0].length
    }
    if (to <= from) return
    this.#read = to
    const added = from === raw.length && to === this.raw.length ? more : this.raw.slice(from, to)
    if (needsFolding(added) || (this.#json && added.includes('\\'))) this.#fold(added, from)
    else this.text += added
  }

  #fold(added: string, from: number): void {
    let copied = 0
    let view = this.text.length
    let made = ''
    const put = (piece: string, at: number): void => {
      const char = foldPiece(piece)
      if (char === piece) return
      made += added.slice(copied, at) + char
      view += at - copied
      this.#folds.push({ view, size: char.length, raw: from + at, length: piece.length })
      view += char.length
      copied = at + piece.length
    }
    eachFoldable(added, this.#json, (piece, at) => {
      if (piece.length === 1 || piece.charCodeAt(0) < 0xff || (piece.charCodeAt(0) & 0xfc00) === 0xd800) put(piece, at)
      else for (let i = 0; i < piece.length; i++) put(piece[i]!, at + i)
    })
    this.text += made + added.slice(copied)
  }

  /** Where character `i` of the view begins in the original. */
  startOf(i: number): number {
    const fold = this.#foldBefore(i)
    if (fold === undefined) return i
    return i < fold.view + fold.size ? fold.raw : fold.raw + fold.length + (i - fold.view - fold.size)
  }

  /** Where what ends before character `i` of the view ends in the original. */
  endOf(i: number): number {
    if (i === 0) return 0
    const fold = this.#foldBefore(i - 1)
    return fold !== undefined && i - 1 < fold.view + fold.size ? fold.raw + fold.length : this.startOf(i - 1) + 1
  }

  /** True when something in `[from, to)` does not stand in the original as itself. */
  folded(from: number, to: number): boolean {
    const fold = this.#foldBefore(to - 1)
    return fold !== undefined && fold.view >= from
  }

  /** Drops the first `count` characters of the view, and their originals; says how many of those there were. */
  forget(count: number): number {
    const dropped = this.startOf(count)
    this.#folds = this.#folds.filter((fold) => fold.view >= count && fold.raw >= dropped)
    for (const fold of this.#folds) {
      fold.view -= count
      fold.raw -= dropped
    }
    this.raw = this.raw.slice(dropped)
    this.text = this.text.slice(count)
    this.#read -= dropped
    return dropped
  }

  /** The last fold that begins at or before character `i` of the view. */
  #foldBefore(i: number): Fold | undefined {
    const folds = this.#folds
    if (folds.length === 0) return undefined
    let low = 0
    let high = folds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (folds[middle]!.view <= i) low = middle + 1
      else high = middle
    }
    return folds[low - 1]
  }
}
