import type { Literal } from './literal.ts'

/** What a byte means to the automaton before any literal is known. */
export interface AlphabetOptions {
  /** `1gn0r3` reads as `ignore`: 0 o, 1 i l, 3 e, 4 a, 5 s, 7 t share a class. Costs nothing at run time. */
  readonly leet?: boolean | undefined
  /** All ten digits share one class; in a literal write `0` for "any digit". Not together with `leet`. */
  readonly digits?: boolean | undefined
  /** A run of white space reads as one space, so that phrases survive line breaks and indentation. */
  readonly collapse?: boolean | undefined
  /** The text is ASCII, which whoever scans must see to; literals beyond are left out. Makes the quicker of two tables. */
  readonly ascii?: boolean | undefined
}

const SPACE = 0x20

/**
 * Folds bytes to the byte that stands for them: ASCII case is ignored, control characters are white space.
 * Bytes from 0x80 stand for themselves.
 */
export function foldTable({ leet = false, digits = false }: AlphabetOptions): Uint8Array {
  const fold = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++)
    fold[byte] = byte <= SPACE || byte === 0x7f ? SPACE : byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte
  if (digits) fold.fill(0x30, 0x30, 0x3a)
  if (leet) {
    for (const [digit, letter] of ['0o', '1i', 'li', '3e', '4a', '5s', '7t']) fold[digit!.charCodeAt(0)] = letter!.charCodeAt(0)
    fold[0x4c] = 0x69
  }
  return fold
}

/** Letters and digits. Everything else, bytes from 0x80 included, ends a word. */
export function isWordByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a)
}

const simple = /^[\0-\x7f]*$/

/** Is it ASCII throughout? */
export function isSimple(text: string): boolean {
  return simple.test(text)
}

/** Byte classes: bytes that no literal tells apart share one. */
export interface Alphabet {
  readonly classOf: Uint8Array
  readonly size: number
  /** By class: does it end a word? */
  readonly breaks: Uint8Array
  readonly space: number
}

/** For rows by byte, which need no few classes: every ASCII byte is its own, and one need not know first which occur. */
export function asciiAlphabet(fold: Uint8Array): Alphabet {
  const classOf = fold.slice()
  // No class is 0 or 1: those are of bytes that do not occur.
  const breaks = new Uint8Array(0x80)
  for (let byte = 0; byte < 0x80; byte++) if (!isWordByte(fold[byte]!)) breaks[fold[byte]!] = 1
  return { classOf, size: 0x80, breaks, space: SPACE }
}

/** Gives a class to every folded byte that occurs in a literal, and two more to all other word and non-word bytes. */
export function buildAlphabet(fold: Uint8Array, literals: readonly Literal[]): Alphabet {
  const used = new Uint8Array(256)
  for (const { text, from = 0 } of literals) for (let i = from; i < text.length; i++) used[text.charCodeAt(i)] = 1
  const classOf = new Uint8Array(256)
  const ids = new Map<number, number>([[SPACE, 2]])
  for (let byte = 0; byte < 256; byte++) if (used[byte] === 1 && !ids.has(fold[byte]!)) ids.set(fold[byte]!, ids.size + 2)
  const size = ids.size + 2
  const breaks = new Uint8Array(size)
  breaks[1] = 1
  for (let byte = 0; byte < 256; byte++) {
    const folded = fold[byte]!
    const id = ids.get(folded) ?? (isWordByte(folded) ? 0 : 1)
    classOf[byte] = id
    if (!isWordByte(folded)) breaks[id] = 1
  }
  return { classOf, size, breaks, space: 2 }
}
