import { utf8 } from '../../lib/units.ts'
import { ALNUM, classes, classOf, isDigit } from './chars.ts'

/** What goes on being removed after a match was decided, without being kept. */
export interface Tail {
  /** True while `code` still belongs to the match. Called once per character, in order. */
  takes(code: number): boolean
}

/** Finds a needle at or after a position. */
export type Search = (text: string, needle: string, from: number) => number
const plainSearch: Search = (text, needle, from) => text.indexOf(needle, from)

/** Where a needle was looked for from, and where it is next. */
interface Memo {
  readonly needle: string
  from: number
  at: number
  found: boolean
}

/**
 * The text as verifiers see it, while it may still grow.
 *
 * A verifier is written as if the text were whole. The moment it looks at a character that has not arrived yet, {@link starved} is
 * set and its answer is thrown away; it is asked again when more text is there. So an answer that counts never depended on where
 * the text was cut, and what must be held back is exactly what a starved verifier started from.
 */
export class Cursor {
  /** How much text there is. */
  length = 0
  /** The bytes of a text that is all there and ASCII: faster to read, where a loop reads them. What follows the text is not of it. */
  bytes: Uint8Array | undefined
  /** No more text will come. */
  final = true
  /** End of the previous match: nothing before it may be matched again. */
  floor = 0
  starved = false
  /** Where the verifier says the match starts and ends. */
  from = 0
  to = 0
  /** Set by {@link refuse}. */
  quietUntil = 0
  /** Set by the verifier when the match goes on after `to` for as long as the tail takes characters. */
  tail: Tail | undefined
  /** True where a character was not literally in the text: an entity, a percent escape, a full-width form. */
  folded: ((from: number, to: number) => boolean) | undefined

  /** How much further on {@link next}, having found nothing in reach, may find something at the earliest. */
  beyond = 0

  #text: string | undefined = ''
  /** Of each needle. There are but a few: a list is faster than a map. */
  #memos: Memo[] | undefined
  /** Where no digit is: what was looked at last. */
  #bareFrom = 0
  #bareTo = 0

  /** Of a text that is there in bytes alone it is made when first asked for. */
  get text(): string {
    return (this.#text ??= utf8.decode(this.bytes!.subarray(0, this.length)))
  }

  set text(text: string) {
    this.#text = text
    this.length = text.length
  }

  /** The text is the first `length` of these bytes; what it reads may be known. */
  readBytes(bytes: Uint8Array, length: number, text?: string): void {
    this.bytes = bytes
    this.length = length
    this.#text = text
  }

  /** Character code at `i`; -1 before the beginning and after the end. */
  at(i: number): number {
    if (i < this.length) return i < 0 ? -1 : this.bytes === undefined ? this.#text!.charCodeAt(i) : this.bytes[i]!
    if (!this.final) this.starved = true
    return -1
  }

  /** A character of `mask` stands at `i`. */
  is(i: number, mask: number): boolean {
    return (this.classAt(i) & mask) !== 0
  }

  /** Class bits of the character at `i`. */
  classAt(i: number): number {
    const { bytes } = this
    if (bytes !== undefined && i >= 0 && i < this.length) return classes[bytes[i]!]!
    return classOf(this.at(i))
  }

  /** End of the run of `mask` that starts at `i`, at most `max` long. */
  run(i: number, mask: number, max: number): number {
    const { bytes } = this
    if (bytes !== undefined) {
      const stop = Math.min(i + max, this.length)
      while (i < stop && (classes[bytes[i]!]! & mask) !== 0) i++
      return i
    }
    const stop = i + max
    while (i < stop && (classOf(this.at(i)) & mask) !== 0) i++
    return i
  }

  /** Start of the run of `mask` that ends before `i`, at most `max` long, never before the previous match. */
  back(i: number, mask: number, max: number): number {
    const { bytes } = this
    const stop = Math.max(i - max, this.floor, 0)
    if (bytes !== undefined) {
      while (i > stop && (classes[bytes[i - 1]!]! & mask) !== 0) i--
      return i
    }
    while (i > stop && (classOf(this.at(i - 1)) & mask) !== 0) i--
    return i
  }

  /** The number that `[from, to)` reads in decimal digits, or -1. */
  number(from: number, to: number): number {
    const { bytes } = this
    if (bytes !== undefined && to > this.length) return -1
    let number = 0
    for (let i = from; i < to; i++) {
      const digit = (bytes === undefined ? this.at(i) : bytes[i]!) - 48
      if (digit < 0 || digit > 9) return -1
      number = number * 10 + digit
    }
    return number
  }

  /** The text reads `literal` at `i`, exactly. */
  reads(i: number, literal: string): boolean {
    const { bytes } = this
    if (bytes !== undefined) {
      if (i + literal.length > this.length) return false
      for (let k = 0; k < literal.length; k++) if (bytes[i + k] !== literal.charCodeAt(k)) return false
      return true
    }
    for (let k = 0; k < literal.length; k++) if (this.at(i + k) !== literal.charCodeAt(k)) return false
    return true
  }

  /** The text reads `lower` at `i` in any case. `lower` is ASCII and lower-case. */
  readsAnyCase(i: number, lower: string): boolean {
    for (let k = 0; k < lower.length; k++) {
      const code = this.at(i + k)
      const want = lower.charCodeAt(k)
      if (code !== want && !(want >= 97 && want <= 122 && code === want - 32)) return false
    }
    return true
  }

  /**
   * Position of the next `needle` that begins in `[from, from + max)`, or -1. Remembers: however often it is asked, each stretch of
   * text is searched once per needle, so a flood of openings that never close costs no more than the text is long.
   */
  next(needle: string, from: number, max: number, search: Search = plainSearch): number {
    const { text } = this
    const memo = this.#memoOf(needle)
    const known = from >= memo.from && from <= memo.at
    if (!known) memo.from = from
    if (!known || !memo.found) {
      // What was not found so far may be there now that more text is.
      const start = known ? memo.at : from
      const last = text.length - needle.length
      const at = start <= last ? search(text, needle, start) : -1
      memo.at = at < 0 ? Math.max(start, last + 1) : at
      memo.found = at >= 0
    }
    if (memo.found && memo.at < from + max) return memo.at
    if (!memo.found && !this.final && from + max + needle.length > text.length) this.starved = true
    this.beyond = !memo.found && this.final ? text.length - from : memo.at - (from + max) + 1
    return -1
  }

  #memoOf(needle: string): Memo {
    this.#memos ??= []
    for (const memo of this.#memos) if (memo.needle === needle) return memo
    const memo = { needle, from: 0, at: 0, found: false }
    this.#memos.push(memo)
    return memo
  }

  /** Position of the next digit in `[from, from + max)`, or -1. Remembers too. */
  nextDigit(from: number, max: number): number {
    const known = from >= this.#bareFrom && from <= this.#bareTo
    if (!known) this.#bareFrom = this.#bareTo = from
    const stop = from + max
    const { bytes } = this
    let i = this.#bareTo
    if (bytes !== undefined) for (const end = Math.min(stop, this.length); i < end && !isDigit(bytes[i]!); ) i++
    let code = -1
    while (i < stop && (code = this.at(i)) >= 0 && !isDigit(code)) i++
    this.#bareTo = i
    return i < stop && code >= 0 ? i : -1
  }

  /** The first `count` characters are about to go. */
  forget(count: number): void {
    this.text = this.text.slice(count)
    this.floor -= count
    this.#bareFrom -= count
    this.#bareTo -= count
    for (const memo of this.#memos ?? []) {
      memo.from -= count
      memo.at -= count
    }
  }

  slice(from: number, to: number): string {
    return this.text.slice(from, to)
  }

  /**
   * No letter or digit stands directly before `i`. The `n` of a literal `\n` (JSON inside a string) does not count as a letter.
   */
  opens(i: number, mask = ALNUM): boolean {
    if ((this.classAt(i - 1) & mask) === 0) return true
    const before = this.at(i - 1)
    return (before === 110 || before === 114 || before === 116) && this.at(i - 2) === 92
  }

  /** No character of `mask` stands at `i`. */
  closes(i: number, mask = ALNUM): boolean {
    return (this.classAt(i) & mask) === 0
  }

  /** Says no, and that this trigger is no match either wherever else it begins before `until`: it is not asked about there. */
  refuse(until: number): false {
    this.quietUntil = until
    return false
  }

  /** Reports `[from, to)` as the match. */
  match(from: number, to: number, tail?: Tail): true {
    this.from = Math.max(from, this.floor)
    this.to = to
    this.tail = tail
    return true
  }
}
