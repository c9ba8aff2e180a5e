import { grown } from '../../lib/grown.ts'
import { ASCII, describe, describeAstral, INVISIBLE, PRIVATE, passesFor, STRING, stringOf } from '../characters.ts'

/** Text as the classifier reads it: one unit for each character that counts, and where it came from. */
export interface Folded {
  readonly units: Uint16Array
  readonly offsets: Int32Array
  readonly length: number
}

/** Stands for every character beyond the basic plane that is no disguised letter. */
const ASTRAL = 0xfffd

/**
 * Folds case, compatibility forms, accents and look-alikes, drops hidden characters and spells out those that smuggle ASCII (tags,
 * variation selectors). Unlike the scanner's `normalise`, letters of all scripts stay themselves, whatever rules there are.
 */
export function fold(text: string): Folded {
  let capacity = text.length + 16
  let units = new Uint16Array(capacity)
  let offsets = new Int32Array(capacity)
  let length = 0
  let wordFrom = -1
  let latin = false
  let foreign = false
  const write = (unit: number, at: number) => {
    if (length === capacity) {
      capacity *= 2
      units = grown(units, capacity)
      offsets = grown(offsets, capacity)
    }
    units[length] = unit
    offsets[length++] = at
  }
  // Cyrillic and Greek letters inside a Latin word are there to be read as Latin ones.
  const endWord = () => {
    if (latin && foreign) for (let i = wordFrom; i < length; i++) units[i] = passesFor(units[i]!) || units[i]!
    wordFrom = -1
    latin = false
    foreign = false
  }
  for (let i = 0; i < text.length; i++) {
    let unit = text.charCodeAt(i)
    if (unit < 0x80) {
      if (unit >= 0x41 && unit <= 0x5a) unit |= 0x20
      if (unit >= 0x61 && unit <= 0x7a) {
        if (wordFrom < 0) wordFrom = length
        latin = true
      } else if (wordFrom >= 0) endWord()
      write(unit, i)
      continue
    }
    let entry: number
    let plain: number
    const at = i
    if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      const point = text.codePointAt(i++)!
      const smuggled = point >= 0xe0020 && point < 0xe007f ? point - 0xe0000 : point >= 0xe0110 && point <= 0xe01ef ? point - 0xe00f0 : 0
      entry =
        smuggled > 0x1f && smuggled < 0x7f
          ? (ASCII << 24) | (smuggled >= 0x41 && smuggled <= 0x5a ? smuggled | 0x20 : smuggled)
          : describeAstral(point)
      if (point >= 0xe0000 && point <= 0xe00ff && entry >> 24 !== ASCII) continue
      plain = ASTRAL
    } else {
      entry = describe(unit)
      plain = unit
    }
    const kind = entry >> 24
    if (kind >= INVISIBLE) {
      if (kind === PRIVATE) write(ASTRAL, at)
      continue
    }
    if (kind === STRING) {
      for (const char of stringOf(entry & 0xffffff)) write(char.charCodeAt(0), at)
      continue
    }
    if (kind === ASCII) {
      const byte = entry & 0x7f
      if (byte >= 0x61 && byte <= 0x7a) {
        if (wordFrom < 0) wordFrom = length
        latin = true
      } else if (wordFrom >= 0) endWord()
      write(byte, at)
      continue
    }
    if (plain !== ASTRAL && passesFor(plain) !== 0) {
      if (wordFrom < 0) wordFrom = length
      foreign = true
    } else if (wordFrom >= 0) endWord()
    write(plain === ASTRAL ? ASTRAL : lower(plain), at)
  }
  if (wordFrom >= 0) endWord()
  return { units, offsets, length }
}

function lower(unit: number): number {
  if (unit >= 0x3000) return unit
  if (unit >= 0x410 && unit <= 0x42f) return unit + 0x20
  return String.fromCharCode(unit).toLowerCase().charCodeAt(0)
}
