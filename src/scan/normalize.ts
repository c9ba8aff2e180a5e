import { grown } from '../lib/grown.ts'
import { Spare } from '../lib/spare.ts'
import { isSurrogate } from '../lib/units.ts'
import {
  ASCII,
  CODE,
  COMBINING,
  describe,
  describeAstral,
  INVISIBLE,
  LETTERS,
  OTHER,
  PRIVATE,
  passesFor,
  STRING,
  stringOf,
  UNKNOWN_BYTE,
} from './characters.ts'
import { compose, joins } from './compose.ts'
import { Hidden } from './hidden.ts'
import { Marks } from './marks.ts'
import { Origins } from './origins.ts'

export interface Normalised {
  /** Lower-case ASCII and two-byte codes of letters that occur in rules. */
  readonly bytes: Uint8Array
  readonly origins: Origins
  readonly marks: Marks
}

/**
 * Units read in one go. One loop over a long text is compiled while it runs, before anybody has seen what comes after it, and V8 throws
 * the machine code away at the end of each.
 */
const PIECE = 1024

/** What ASCII characters do to a word: begin it or go on with it, stand in it, or end it. */
const NEITHER = 0
const DIGIT = 1
const LETTER = 2
const asciiKinds = new Uint8Array(128)
for (let code = 0; code < 128; code++) asciiKinds[code] = isLetter(code) ? LETTER : code >= 0x30 && code <= 0x39 ? DIGIT : NEITHER

interface Buffers {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly marks: Marks
}

/** Texts up to so many units are written where the one before was: memory nobody has touched costs more than the writing. */
const KEPT = 1024 * 1024
/** Bytes a unit comes to, if it is one that rules have. */
const WIDEST = 2
const spare = new Spare<Buffers>(
  (units) => ({ bytes: new Uint8Array(units * WIDEST + 16), starts: new Int32Array(units + 1), marks: new Marks() }),
  ({ starts }) => starts.length - 1,
  ({ bytes, starts }) => starts.length <= KEPT + 1 && bytes.length <= 4 * KEPT,
)

/**
 * Writes text the way rules are written: compatibility forms, case, accents and look-alikes folded, hidden characters
 * taken out and remarked on. One pass, linear; every byte knows where it came from. What `use` is given is lent: it is valid until `use` returns.
 */
export function normalise<T>(text: string, use: (normalised: Normalised) => T): T {
  const normaliser = new Normaliser(text, spare.borrow(text.length))
  try {
    return use(normaliser.run())
  } finally {
    spare.giveBack(normaliser.buffers)
  }
}

class Normaliser {
  readonly #text: string
  #bytes: Uint8Array
  /** By unit, where what it wrote begins. */
  readonly #starts: Int32Array
  #length = 0
  readonly #marks: Marks
  readonly #hidden: Hidden
  /** The word being written: where it began, and whether it mixes Latin letters with others that pass for them. */
  #wordFrom = -1
  #wordBytes = 0
  #latin = false
  #foreign = false
  /** The last letter beyond ASCII and where its bytes begin; 0 when something else came since. */
  #base = 0
  #baseBytes = 0

  constructor(text: string, { bytes, starts, marks }: Buffers) {
    this.#text = text
    this.#marks = marks
    marks.clear()
    this.#hidden = new Hidden(text, marks)
    this.#bytes = bytes
    this.#starts = starts
  }

  /** What it wrote to, which may have grown. */
  get buffers(): Buffers {
    return { bytes: this.#bytes, starts: this.#starts, marks: this.#marks }
  }

  run(): Normalised {
    const { length } = this.#text
    for (let i = 0; i < length; ) i = this.#read(i, Math.min(i + PIECE, length))
    this.#endWord(length)
    return { bytes: this.#bytes.subarray(0, this.#length), origins: new Origins(this.#starts, length), marks: this.#marks }
  }

  /** Reads on to `to` or a unit beyond; gives how far. Letters and what is left out are dealt with here, in variables. */
  #read(from: number, to: number): number {
    const text = this.#text
    const starts = this.#starts
    this.#makeRoom((to - from) * WIDEST)
    let bytes = this.#bytes
    let length = this.#length
    let base = this.#base
    let baseBytes = this.#baseBytes
    let inWord = this.#wordFrom >= 0
    /** Does no mark stand behind the last letter? */
    let bare = false
    let i = from
    for (; i < to; i++) {
      const unit = text.charCodeAt(i)
      if (unit < 0x80) {
        const kind = asciiKinds[unit]!
        if (kind === LETTER) {
          if (!inWord) this.#beginWord(i, length)
          this.#latin = inWord = true
        } else if (kind === NEITHER && inWord) {
          length = this.#finishWord(i, length)
          inWord = false
        }
        bare = true
        base = 0
        starts[i] = length
        bytes[length++] = unit
        continue
      }
      const entry = isSurrogate(unit) ? 0 : describe(unit)
      const kind = entry >> 24
      const joined = base !== 0 && joins(unit)
      if ((kind === CODE || kind === OTHER) && !joined) {
        if (passesFor(unit) !== 0) {
          if (!inWord) this.#beginWord(i, length)
          this.#foreign = inWord = true
        } else if (inWord) {
          length = this.#finishWord(i, length)
          inWord = false
        }
        bare = true
        base = unit
        baseBytes = starts[i] = length
        if (kind === CODE) bytes[length++] = (entry >> 8) & 0xff
        bytes[length++] = kind === CODE ? entry & 0xff : UNKNOWN_BYTE
        continue
      }
      if (bare) this.#hidden.letter()
      bare = false
      if (kind >= INVISIBLE && kind !== PRIVATE && !joined) {
        starts[i] = length
        this.#hidden.note(kind, unit, i, 1)
        continue
      }
      this.#length = length
      this.#base = base
      this.#baseBytes = baseBytes
      i = this.#special(unit, entry, i)
      this.#makeRoom((to - i) * WIDEST)
      bytes = this.#bytes
      length = this.#length
      base = this.#base
      baseBytes = this.#baseBytes
      inWord = this.#wordFrom >= 0
    }
    this.#length = length
    this.#base = base
    this.#baseBytes = baseBytes
    if (bare) this.#hidden.letter()
    return i
  }

  /** Reads what is no letter of its own; gives the last of its units. */
  #special(unit: number, entry: number, at: number): number {
    this.#starts[at] = this.#length
    const point = isSurrogate(unit) ? this.#text.codePointAt(at)! : unit
    if (point <= 0xffff) {
      this.#other(entry === 0 ? describe(unit) : entry, unit, at, 1)
      return at
    }
    if (point >= 0xe0000 && point <= 0xe007f) this.#tag(point, at)
    else this.#other(describeAstral(point), point, at, 2)
    this.#starts[at + 1] = this.#length
    return at + 1
  }

  #write(byte: number): void {
    this.#makeRoom(1)
    this.#bytes[this.#length++] = byte
  }

  #ascii(unit: number, at: number): void {
    this.#hidden.letter()
    this.#base = 0
    const kind = asciiKinds[unit]!
    if (kind === LETTER) {
      this.#startWord(at)
      this.#latin = true
    } else if (kind === NEITHER) this.#endWord(at)
    this.#write(unit)
  }

  #makeRoom(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    this.#bytes = grown(this.#bytes, needed * 2)
  }

  #other(entry: number, point: number, at: number, width: number): void {
    const kind = entry >> 24
    const payload = entry & 0xffffff
    if (this.#base !== 0 && joins(point) && this.#join(point, kind === COMBINING, at)) return
    if (kind >= INVISIBLE) {
      if (kind === PRIVATE) this.#endWord(at)
      this.#hidden.note(kind, point, at, width)
      return
    }
    this.#hidden.letter()
    this.#base = 0
    const passes = point < 0x10000 ? passesFor(point) : 0
    if (kind === ASCII) {
      if (payload < 0x80 && isLetter(payload)) {
        this.#startWord(at)
        this.#latin = true
      } else this.#endWord(at)
      this.#write(payload)
    } else if (kind === STRING || kind === LETTERS) {
      this.#endWord(at)
      this.#string(stringOf(payload))
    } else {
      if (passes !== 0) {
        this.#startWord(at)
        this.#foreign = true
      } else this.#endWord(at)
      if (width === 1) {
        this.#base = point
        this.#baseBytes = this.#length
      }
      this.#letter(entry)
    }
  }

  #letter(entry: number): void {
    this.#makeRoom(WIDEST)
    const bytes = this.#bytes
    const length = this.#length
    if (entry >> 24 === CODE) {
      bytes[length] = (entry >> 8) & 0xff
      bytes[length + 1] = entry & 0xff
      this.#length = length + 2
    } else {
      bytes[length] = UNKNOWN_BYTE
      this.#length = length + 1
    }
  }

  #string(text: string): void {
    this.#makeRoom(text.length)
    const bytes = this.#bytes
    let length = this.#length
    for (let i = 0; i < text.length; i++) bytes[length++] = text.charCodeAt(i)
    this.#length = length
  }

  /** Writes the letter before anew, with what is joined to it. A mark that makes no letter of a rule is no reason to: it is left out. */
  #join(point: number, mark: boolean, at: number): boolean {
    const whole = compose(this.#base, point)
    if (whole === 0) return false
    const entry = describe(whole)
    if (mark && entry >> 24 !== CODE) return false
    this.#length = this.#baseBytes
    this.#letter(entry)
    this.#starts[at] = this.#length
    this.#base = whole
    return true
  }

  #startWord(at: number): void {
    if (this.#wordFrom < 0) this.#beginWord(at, this.#length)
  }

  #endWord(to: number): void {
    if (this.#wordFrom >= 0) this.#length = this.#finishWord(to, this.#length)
  }

  #beginWord(at: number, length: number): void {
    this.#wordFrom = at
    this.#wordBytes = length
    this.#latin = false
    this.#foreign = false
  }

  /** Ends the word being written, with `written` bytes; gives how many there are then. */
  #finishWord(to: number, written: number): number {
    const from = this.#wordFrom
    this.#wordFrom = -1
    if (!this.#latin || !this.#foreign) return written
    this.#marks.add('mixed-script', from, to)
    // No longer than what is written of it.
    const text = this.#text
    const bytes = this.#bytes
    const starts = this.#starts
    let length = this.#wordBytes
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i)
      const byte = unit < 0x80 ? unit : passesFor(unit) || (describe(unit) >> 24 === ASCII ? describe(unit) & 0x7f : 0)
      starts[i] = length
      if (byte !== 0) bytes[length++] = byte
    }
    starts[to] = length
    return length
  }

  /** Tag characters spell ASCII that nobody sees. In a flag of a region they are in their place. */
  #tag(point: number, at: number): void {
    const before = at >= 2 ? this.#text.codePointAt(at - 2)! : 0
    const goesOn = this.#marks.endsWith('tags', at)
    if (before === 0x1f3f4 || (before >= 0xe0020 && before <= 0xe007f && !goesOn)) return
    this.#marks.add('tags', at, at + 2)
    if (point < 0xe0020 || point >= 0xe007f) return
    // Words apart from those around them, or the first and the last would be none.
    if (!goesOn) this.#ascii(0x20, at)
    this.#ascii(point - 0xe0000, at)
    const next = this.#text.codePointAt(at + 2) ?? 0
    if (next < 0xe0000 || next > 0xe007f) this.#ascii(0x20, at)
  }
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}
