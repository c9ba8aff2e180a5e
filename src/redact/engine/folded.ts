import { GONE } from './fold.ts'

/** Codes that make one string. */
const CHUNK = 1024
/** Shared: a text is folded from its beginning to its end before another is. */
const codes = new Array<number>(CHUNK).fill(0)
/** A gap between foldable pieces up to this long is copied code by code. */
const GAP = 16

/** Puts a folded text together: where all of it folds, a string for each character would take longer than everything else. */
export class Folded {
  readonly #text: string
  #made = ''
  /** What of the text is in `#made` or `codes`. */
  #copied = 0
  #count = 0

  constructor(text: string) {
    this.#text = text
  }

  /** What stands in `[from, to)` becomes `code`, or nothing. */
  put(from: number, to: number, code: number): void {
    if (from > this.#copied) this.#copy(from)
    if (code !== GONE) {
      codes[this.#count++] = code
      if (this.#count === CHUNK) this.#flush()
    }
    this.#copied = to
  }

  /** The folded text. */
  end(): string {
    if (this.#copied === 0) return this.#text
    this.#flush()
    return this.#made + this.#text.slice(this.#copied)
  }

  /** What stands before `to` stays as it is. */
  #copy(to: number): void {
    const isShort = to - this.#copied <= GAP
    if (!isShort || this.#count + GAP >= CHUNK) this.#flush()
    if (isShort) for (let i = this.#copied; i < to; i++) codes[this.#count++] = this.#text.charCodeAt(i)
    else this.#made += this.#text.slice(this.#copied, to)
  }

  #flush(): void {
    if (this.#count > 0) this.#made += String.fromCharCode.apply(null, this.#count === CHUNK ? codes : codes.slice(0, this.#count))
    this.#count = 0
  }
}
