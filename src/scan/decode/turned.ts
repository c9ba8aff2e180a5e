import { type Source, unitsOf } from './units.ts'
import { type View, viewOf } from './view.ts'

const turned = new Uint8Array(128)
for (let byte = 0; byte < 128; byte++) {
  const low = byte | 0x20
  turned[byte] = low >= 0x61 && low <= 0x7a ? byte + (low < 0x6e ? 13 : -13) : byte
}

/** ROT13 of the letters. */
export function rot13(source: Source): View {
  const units = unitsOf(source)
  turn(units)
  return viewOf(units, (at) => at, [0, source.length], 'rot13')
}

/** The text back to front. */
export function reversed(source: Source): View {
  const last = source.length - 1
  return viewOf(unitsOf(source).reverse(), (at) => Math.max(0, last - at), [0, source.length], 'reversed')
}

function turn(units: Uint8Array | Uint16Array): void {
  if (units instanceof Uint8Array) turnBytes(units)
  else for (let i = 0; i < units.length; i++) if (units[i]! < 128) units[i] = turned[units[i]!]!
}

/**
 * Four bytes of ASCII at a time. The high bit of a byte is set by a sum where it is a small letter, or would be as one, and where it is of the
 * second half of the alphabet; 13 are added to each letter, and of the second half 26 taken away.
 */
function turnBytes(bytes: Uint8Array): void {
  // What is not aligned, and what is left over, goes by itself.
  const head = Math.min(-bytes.byteOffset & 3, bytes.length)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, (bytes.length - head) >> 2)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const small = word | 0x20202020
    const letters = (small + FROM_A) & ~(small + BEHIND_Z) & HIGH
    const second = letters & (small + FROM_N)
    words[i] = word + Math.imul((letters >>> 7) - (second >>> 6), 13)
  }
  for (let i = 0; i < head; i++) bytes[i] = turned[bytes[i]!]!
  for (let i = head + words.length * 4; i < bytes.length; i++) bytes[i] = turned[bytes[i]!]!
}

const HIGH = 0x80808080
const FROM_A = 0x01010101 * (0x80 - 0x61)
const FROM_N = 0x01010101 * (0x80 - 0x6e)
const BEHIND_Z = 0x01010101 * (0x80 - 0x7b)
