import { BIDI, COMBINING, DIRECTION, INVISIBLE, isRightToLeft, JOINER, needsJoiners, PRIVATE, VARIATION } from './characters.ts'
import type { Marks } from './marks.ts'

/** Combining marks on one letter that no language needs. */
const FLOOD = 4

/** Tells hidden characters that hide something from those that writing needs, and marks them. */
export class Hidden {
  readonly #text: string
  readonly #marks: Marks
  #combining = 0
  #rightToLeft: boolean | undefined

  constructor(text: string, marks: Marks) {
    this.#text = text
    this.#marks = marks
  }

  /** A letter: combining marks are counted anew. */
  letter(): void {
    this.#combining = 0
  }

  /** A hidden character of `kind`, `width` units from `at`. */
  note(kind: number, point: number, at: number, width: number): void {
    const before = at > 0 ? this.#text.charCodeAt(at - 1) : 0
    const end = at + width
    if (kind === COMBINING) {
      if (++this.#combining === FLOOD) this.#marks.add('combining', at - FLOOD + 1, end)
      else if (this.#combining > FLOOD) this.#marks.add('combining', at, end)
    } else if (kind === INVISIBLE) {
      const ordinary = (point === 0xfeff && at === 0) || (point === 0x200b && needsJoiners(before))
      if (!ordinary) this.#marks.add('invisible', at, end)
    } else if (kind === JOINER) {
      const emoji = point === 0x200d && (before >= 0xdc00 || (before >= 0x2190 && before <= 0x2bff))
      if (!emoji && !needsJoiners(before)) this.#marks.add('invisible', at, end)
    } else if (kind === DIRECTION) {
      if (!this.#hasRightToLeft()) this.#marks.add('invisible', at, end)
    } else if (kind === BIDI) {
      if (point === 0x202d || point === 0x202e || !this.#hasRightToLeft()) this.#marks.add('bidi', at, end)
    } else if (kind === VARIATION) {
      const base = before >= 0x80 || (before >= 0x30 && before <= 0x39) || before === 0x23 || before === 0x2a
      const run =
        (before >= 0xfe00 && before <= 0xfe0f) || (before >= 0xdd00 && before <= 0xddef && this.#text.charCodeAt(at - 2) === 0xdb40)
      if (!base || run) this.#marks.add('variation', at, end)
    } else if (kind === PRIVATE) this.#marks.add('private-use', at, end)
  }

  #hasRightToLeft(): boolean {
    if (this.#rightToLeft === undefined) {
      this.#rightToLeft = false
      for (let i = 0; i < this.#text.length && !this.#rightToLeft; i++) this.#rightToLeft = isRightToLeft(this.#text.charCodeAt(i))
    }
    return this.#rightToLeft
  }
}
