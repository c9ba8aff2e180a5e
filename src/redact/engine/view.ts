import { grown } from '../../lib/grown.ts'
import { Folds, GONE, mayFold } from './fold.ts'
import { Folded } from './folded.ts'

/*
 * A piece of the original that is something else in the view is four numbers in a row: where it stands in the view and how much of it, 1,
 * or 0 for what is gone; where it stands in the original, and its length there.
 */
const PIECE = 4
const SIZE = 1
const RAW = 2
const LENGTH = 3
/** How far from the last piece asked for the next is looked for before the list is halved. */
const STEPS = 8

/** The beginning of an escape or a surrogate pair at the end of what is there. */
const unfinished = /(?:&(?:#?\d{0,7}|#[xX][0-9a-fA-F]{0,7}|[a-z]{1,6})|%[2-7]?|\\(?:u[0-9a-fA-F]{0,3})?|[\ud800-\udbff])$/
const LONGEST = 11

/** A text and its folded view while both grow, and where each character of the view came from. */
export class View {
  /** The original, as far as it is kept. */
  raw = ''
  /** What verifiers see. */
  text = ''
  readonly #json: boolean
  #pieces = new Int32Array(0)
  /** How many numbers of it are in use. */
  #used = 0
  /** Which piece was asked for last. */
  #near = 0
  /** First character of `raw` that is not in `text` yet. */
  #read = 0

  /** `json`: the text is the inside of a JSON string literal. */
  constructor(json = false) {
    this.#json = json
  }

  push(more: string, final: boolean): void {
    const from = this.#read
    const pending = this.raw.slice(from) + more
    this.raw += more
    let length = pending.length
    if (!final) {
      const tail = unfinished.exec(length > LONGEST ? pending.slice(-LONGEST) : pending)
      if (tail !== null) length -= tail[0].length
    }
    if (length <= 0) return
    this.#read = from + length
    const added = length === pending.length ? pending : pending.slice(0, length)
    if (mayFold(added, this.#json)) this.#fold(added, from)
    else this.text += added
  }

  #fold(added: string, from: number): void {
    const made = new Folded(added)
    /** How much longer the original is than the view, so far. */
    let spare = from - this.text.length
    const folds = new Folds(added, this.#json)
    while (folds.next()) {
      const { from: start, to: end, code } = folds
      // An escaped backslash reads as itself and still is two characters; anything that folds to itself is no piece.
      if (end === start + 1 && added.charCodeAt(start) === code) continue
      const size = code === GONE ? 0 : 1
      made.put(start, end, code)
      this.#push(from + start - spare, size, from + start, end - start)
      spare += end - start - size
    }
    this.text += made.end()
  }

  #push(view: number, size: number, raw: number, length: number): void {
    const at = this.#used
    if (at === this.#pieces.length) this.#pieces = grown(this.#pieces, Math.max(16 * PIECE, at * 2))
    const pieces = this.#pieces
    pieces[at] = view
    pieces[at + SIZE] = size
    pieces[at + RAW] = raw
    pieces[at + LENGTH] = length
    this.#used = at + PIECE
  }

  /** Where character `i` of the view begins in the original. */
  startOf(i: number): number {
    const at = this.#pieceBefore(i)
    if (at < 0) return i
    const pieces = this.#pieces
    const end = pieces[at]! + pieces[at + SIZE]!
    return i < end ? pieces[at + RAW]! : pieces[at + RAW]! + pieces[at + LENGTH]! + (i - end)
  }

  /** Where what ends before character `i` of the view ends in the original. */
  endOf(i: number): number {
    if (i === 0) return 0
    const at = this.#pieceBefore(i - 1)
    const pieces = this.#pieces
    return at >= 0 && i - 1 < pieces[at]! + pieces[at + SIZE]! ? pieces[at + RAW]! + pieces[at + LENGTH]! : this.startOf(i - 1) + 1
  }

  /** True when something in `[from, to)` does not stand in the original as itself. */
  folded(from: number, to: number): boolean {
    const at = this.#pieceBefore(to - 1)
    return at >= 0 && this.#pieces[at]! >= from
  }

  /** Drops the first `count` characters of the view, and their originals; says how many of those there were. */
  forget(count: number): number {
    const dropped = this.startOf(count)
    const pieces = this.#pieces
    let kept = 0
    for (let at = 0; at < this.#used; at += PIECE) {
      if (pieces[at]! < count || pieces[at + RAW]! < dropped) continue
      pieces[kept] = pieces[at]! - count
      pieces[kept + SIZE] = pieces[at + SIZE]!
      pieces[kept + RAW] = pieces[at + RAW]! - dropped
      pieces[kept + LENGTH] = pieces[at + LENGTH]!
      kept += PIECE
    }
    this.#used = kept
    this.#near = 0
    this.raw = this.raw.slice(dropped)
    this.text = this.text.slice(count)
    this.#read -= dropped
    return dropped
  }

  /** Where the last piece that begins at or before character `i` of the view stands in the list; negative when there is none. */
  #pieceBefore(i: number): number {
    const pieces = this.#pieces
    let low = 0
    let high = this.#used / PIECE
    // Questions go from left to right: the answer is mostly a few steps on from the last.
    if (this.#near < high && pieces[this.#near * PIECE]! <= i) {
      low = this.#near + 1
      const near = low + STEPS
      while (low < near && low < high && pieces[low * PIECE]! <= i) low++
      if (low < near) high = low
    }
    while (low < high) {
      const middle = (low + high) >> 1
      if (pieces[middle * PIECE]! <= i) low = middle + 1
      else high = middle
    }
    this.#near = Math.max(0, low - 1)
    return (low - 1) * PIECE
  }
}
