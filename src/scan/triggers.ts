/** Trigger bits: what was seen that asks for a view. */
export const PERCENT = 1
export const ENTITY = 2
export const ESCAPE = 4
export const QUOTED = 8
export const ROT13 = 16
export const REVERSED = 32
export const EMPHASIS = 64

/** Anchor words of attacks, as they read after ROT13 and back to front: they ask for that view. */
const anchors =
  'ignore previous instruction instructions system prompt password secret disregard override reveal forget user tell email never hidden instead credentials token delete admin assistant always confirm mention access account respond message reply print output recipient transfer before must'.split(
    ' ',
  )

const shifted = (word: string) => word.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97))

/** Literals that ask for a decoded view of the text. The engine asks `confirms` before it believes one. */
export const triggerWords: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['%2*', '%4*', '%5*', '%6*', '%7*'].map((word) => [word, PERCENT])),
  ...Object.fromEntries(['**', '__', '~~'].map((sign) => [sign, EMPHASIS])),
  ...Object.fromEntries(['&#*', '&lt;'].map((word) => [word, ENTITY])),
  ...Object.fromEntries(['\\u*', '\\x*'].map((word) => [word, ESCAPE])),
  ...Object.fromEntries(['=2*', '=4*', '=5*', '=6*', '=7*'].map((word) => [word, QUOTED])),
  ...Object.fromEntries(anchors.map((word) => [shifted(word), ROT13])),
  ...Object.fromEntries(anchors.map((word) => [[...word].reverse().join(''), REVERSED])),
}

/** Digits share a class with letters in the automaton; `%s` is not `%5`. A second byte must follow as the encoding has it. */
export function confirms(trigger: number, bytes: Uint8Array, end: number): boolean {
  if (trigger === PERCENT) return isDigit(bytes[end - 1]!) && isHex(bytes[end])
  if (trigger === QUOTED) return isDigit(bytes[end - 1]!) && isHex(bytes[end]) && bytes[end + 1] === 0x3d
  if (trigger === EMPHASIS) return isLetter(bytes[end - 3]) && isLetter(bytes[end])
  return true
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && (isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66))
}
