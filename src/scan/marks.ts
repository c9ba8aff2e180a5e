import { grown } from '../lib/grown.ts'
import type { HiddenCharacters } from './rule.ts'

const kinds: readonly HiddenCharacters[] = ['mixed-script', 'invisible', 'bidi', 'tags', 'variation', 'private-use', 'combining']
/** Numbers of a mark: kind, start, end. */
const WIDTH = 3
/** Room for more is not kept for the next text. */
const MOST_KEPT = 256 * 1024

/** Hidden or misleading characters of a text, in order. In one array of numbers: a text may have more of them than letters. */
export class Marks {
  length = 0
  #numbers = new Int32Array(8 * WIDTH)

  kindOf(mark: number): HiddenCharacters {
    return kinds[this.#numbers[mark * WIDTH]!]!
  }

  startOf(mark: number): number {
    return this.#numbers[mark * WIDTH + 1]!
  }

  endOf(mark: number): number {
    return this.#numbers[mark * WIDTH + 2]!
  }

  /** Does the last one end there, and is it of that kind? */
  endsWith(kind: HiddenCharacters, at: number): boolean {
    const last = this.length - 1
    return last >= 0 && this.endOf(last) === at && this.kindOf(last) === kind
  }

  /** Forgets them all. */
  clear(): void {
    this.length = 0
    if (this.#numbers.length > MOST_KEPT * WIDTH) this.#numbers = new Int32Array(8 * WIDTH)
  }

  /** One mark for a run of the same kind. */
  add(kind: HiddenCharacters, start: number, end: number): void {
    if (!this.endsWith(kind, start)) {
      if (this.#numbers.length === this.length * WIDTH) this.#numbers = grown(this.#numbers, this.#numbers.length * 2)
      const at = this.length++ * WIDTH
      this.#numbers[at] = kinds.indexOf(kind)
      this.#numbers[at + 1] = start
    }
    this.#numbers[this.length * WIDTH - 1] = end
  }
}
