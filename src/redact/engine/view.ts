import { eachFold, GONE, mayFold } from './fold.ts'

/** A piece of the original that is something else in the view. */
interface Piece {
  /** Where it stands in the view, and how much of it: 1, or 0 for what is gone. */
  view: number
  readonly size: number
  /** Where it stands in the original. */
  raw: number
  readonly length: number
}

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
  #pieces: Piece[] = []
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
    if (mayFold(added)) this.#fold(added, from)
    else this.text += added
  }

  #fold(added: string, from: number): void {
    let copied = 0
    let view = this.text.length
    let made = ''
    eachFold(added, this.#json, (start, end, code) => {
      // An escaped backslash reads as itself and still is two characters; anything that folds to itself is no piece.
      if (end === start + 1 && added.charCodeAt(start) === code) return
      view += start - copied
      const size = code === GONE ? 0 : 1
      made += added.slice(copied, start)
      if (size === 1) made += String.fromCharCode(code)
      this.#pieces.push({ view, size, raw: from + start, length: end - start })
      view += size
      copied = end
    })
    this.text += copied === 0 ? added : made + added.slice(copied)
  }

  /** Where character `i` of the view begins in the original. */
  startOf(i: number): number {
    const piece = this.#pieceBefore(i)
    if (piece === undefined) return i
    return i < piece.view + piece.size ? piece.raw : piece.raw + piece.length + (i - piece.view - piece.size)
  }

  /** Where what ends before character `i` of the view ends in the original. */
  endOf(i: number): number {
    if (i === 0) return 0
    const piece = this.#pieceBefore(i - 1)
    return piece !== undefined && i - 1 < piece.view + piece.size ? piece.raw + piece.length : this.startOf(i - 1) + 1
  }

  /** True when something in `[from, to)` does not stand in the original as itself. */
  folded(from: number, to: number): boolean {
    const piece = this.#pieceBefore(to - 1)
    return piece !== undefined && piece.view >= from
  }

  /** Drops the first `count` characters of the view, and their originals; says how many of those there were. */
  forget(count: number): number {
    const dropped = this.startOf(count)
    if (this.#pieces.length > 0) {
      this.#pieces = this.#pieces.filter((piece) => piece.view >= count && piece.raw >= dropped)
      for (const piece of this.#pieces) {
        piece.view -= count
        piece.raw -= dropped
      }
    }
    this.raw = this.raw.slice(dropped)
    this.text = this.text.slice(count)
    this.#read -= dropped
    return dropped
  }

  /** The last piece that begins at or before character `i` of the view. */
  #pieceBefore(i: number): Piece | undefined {
    const pieces = this.#pieces
    if (pieces.length === 0) return undefined
    let low = 0
    let high = pieces.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (pieces[middle]!.view <= i) low = middle + 1
      else high = middle
    }
    return pieces[low - 1]
  }
}
