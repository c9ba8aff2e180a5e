import { Spare } from '../../../lib/spare.ts'
import { AFTER, BEFORE, type Sieve, sift, WINDOW } from './sift.ts'

/** Bytes sifted in one go. */
const BLOCK = 16 * 1024
/** White space before a text and after it, so that windows may reach beyond. Two before: places of text and buffer are even together. */
const LEAD = 2
const TRAIL = 14
const SPACE = 0x20

/** The buffer grows with the texts it is lent to, from the one length to the other: memory nobody has touched costs more than the reading. */
const SMALLEST = 128 * 1024
const LARGEST = 1024 * 1024
/** Text is encoded piece by piece: one that is not ASCII does not slow the others down. */
const PIECE = 4096
const encoder = new TextEncoder()

interface Buffers {
  /** Where the text goes. */
  readonly inside: Uint8Array
  readonly view: DataView
  readonly pairs: Uint16Array
  readonly ranges: Int32Array
}

function newBuffers(length: number): Buffers {
  const bytes = new Uint8Array(LEAD + length + TRAIL + (length & 1)).fill(SPACE, 0, LEAD)
  return {
    inside: bytes.subarray(LEAD),
    view: new DataView(bytes.buffer, LEAD),
    pairs: new Uint16Array(bytes.buffer),
    ranges: new Int32Array(BLOCK / 2),
  }
}

const roomIn = ({ inside }: Buffers): number => inside.length - TRAIL
const spare = new Spare<Buffers>(
  (length) => newBuffers(Math.max(SMALLEST, length)),
  roomIn,
  (buffers) => roomIn(buffers) <= LARGEST,
)

/** Where in a text literals may begin: ranges, from left to right. Lent: it is valid until `use` returns. */
export function withPlaces<T>(sieve: Sieve, text: string, use: (places: Places) => T): T {
  const buffers = spare.borrow(text.length)
  try {
    const isAscii = encodeUnits(text, buffers.inside)
    return use(new Places(sieve, text.length, isAscii, buffers))
  } finally {
    spare.giveBack(buffers)
  }
}

/** Writes ASCII for a text, no more than that is long, to the beginning of `bytes`, which `view` shows too. Gives how many; or -1 where it cannot. */
export type Writer = (text: string, bytes: Uint8Array, view: DataView) => number

/** The same in what `write` makes of the text. Where it cannot `use` is not called; gives what it gave. */
export function withWritten(sieve: Sieve, text: string, write: Writer, use: (places: Places, length: number) => void): number {
  const buffers = spare.borrow(text.length)
  try {
    const length = write(text, buffers.inside, buffers.view)
    if (length >= 0) use(new Places(sieve, length, true, buffers), length)
    return length
  } finally {
    spare.giveBack(buffers)
  }
}

export class Places {
  /** The text: a byte for each UTF-16 unit, 0x80 for all that are not ASCII. More follows that is not of it. */
  readonly bytes: Uint8Array
  readonly isAscii: boolean
  /** The present range: no literal begins between the one before it and this that neither holds. */
  from = 0
  to = -1
  readonly #sieve: Sieve
  readonly #buffers: Buffers
  readonly #length: number
  /** Where the next block begins; how many numbers the ranges of this are, and which is next. */
  #next = 0
  #count = 0
  #at = 0

  constructor(sieve: Sieve, length: number, isAscii: boolean, buffers: Buffers) {
    this.#sieve = sieve
    this.#buffers = buffers
    this.#length = length
    this.bytes = buffers.inside
    this.isAscii = isAscii
    for (let i = 0; i < TRAIL; i++) buffers.inside[length + i] = SPACE
  }

  /** Goes on to the first range that ends at or after `position`. False when there is none. */
  seek(position: number): boolean {
    while (this.to < position) {
      if (this.#at < this.#count) {
        const { ranges } = this.#buffers
        this.from = ranges[this.#at]! - LEAD - BEFORE
        this.to = ranges[this.#at + 1]! - LEAD + AFTER
        this.#at += 2
      } else {
        if (this.#next >= this.#length) return false
        this.#sift()
      }
    }
    return true
  }

  #sift(): void {
    const { pairs, ranges } = this.#buffers
    const from = this.#next
    const rest = this.#length - from
    // Windows that the end of a block cuts in two are the next one's.
    const more = rest > BLOCK
    this.#next = more ? from + BLOCK - WINDOW : this.#length
    const count = more ? BLOCK / 2 : ((rest + LEAD + 10) >> 3) << 2
    this.#count = sift(this.#sieve, pairs, from / 2, from / 2 + count, ranges)
    this.#at = 0
  }
}

/** Writes a byte for each UTF-16 unit, by way of UTF-8 for as long as all are ASCII: faster than asking for each unit. True when all of it is. */
function encodeUnits(text: string, bytes: Uint8Array): boolean {
  if (text.length <= PIECE) return encodeAscii(text, bytes) || !copyUnits(text, 0, text.length, bytes)
  let isAscii = true
  let isWide = false
  for (let from = 0; from < text.length; from += PIECE) {
    const to = Math.min(from + PIECE, text.length)
    if (!isWide) isWide = !encodeAscii(text.slice(from, to), bytes.subarray(from, to))
    // What follows is like it, until a piece is not.
    if (isWide) isWide = copyUnits(text, from, to, bytes)
    if (isWide) isAscii = false
  }
  return isAscii
}

/** False, having written what it may, unless all of it is ASCII. */
export function encodeAscii(text: string, bytes: Uint8Array): boolean {
  const { read, written } = encoder.encodeInto(text, bytes)
  return read === text.length && written === read
}

/** Writes the units `[from, to)` one by one; true when one of them is not ASCII. */
function copyUnits(text: string, from: number, to: number, bytes: Uint8Array): boolean {
  let all = 0
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    all |= unit
    bytes[i] = unit < 0x80 ? unit : 0x80
  }
  return all >= 0x80
}
