import { jsonEscapes } from '../lib/json-escapes.ts'
import { hexNumber } from './decode/hex.ts'

const BACKSLASH = 0x5c
const U = 0x75

const simple = new Uint8Array(128)
for (const [letter, byte] of jsonEscapes) simple[letter] = byte

/**
 * The bytes of a JSON document with its escapes undone, quotes and brackets left in place; the very same bytes where there are none.
 *
 * `undefined` where bytes do not tell what the document says: characters beyond ASCII, `\u` escapes, escapes that are none.
 */
export function unescapeJson(given: Uint8Array): Uint8Array | undefined {
  // Plain Uint8Array only: a Buffer among them would slow the matcher's loop down.
  const bytes = given.constructor === Uint8Array ? given : new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
  return isPlain(bytes) ? bytes : undo(bytes)
}

/**
 * The same once more, for JSON that is a string of the document: its strings have escapes of their own. The very same bytes where there are none;
 * whatever is no escape of JSON stands for itself, since it is in no such string.
 */
export function unescapeAgain(bytes: Uint8Array): Uint8Array | undefined {
  return isPlain(bytes) ? bytes : undo(bytes, true)
}

function undo(bytes: Uint8Array, again = false): Uint8Array | undefined {
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i]!
    if (byte === BACKSLASH) {
      const escaped = bytes[++i] ?? 0
      byte = simple[escaped] ?? 0
      if (byte === 0 && again && !(escaped === U && hexNumber(bytes, i + 1, i + 5) >= 0)) byte = escaped
      if (byte === 0) return undefined
    } else if (byte >= 0x80) return undefined
    out[length++] = byte
  }
  return out.subarray(0, length)
}

/**
 * True for ASCII without a backslash. Four words of four bytes at a time: the high bit of a byte is set where it is beyond ASCII; and what is
 * left of the difference between a byte and a backslash carries into that bit, unless it is nothing.
 */
function isPlain(bytes: Uint8Array): boolean {
  const head = -bytes.byteOffset & 3
  if (bytes.length <= head) return isPlainByByte(bytes, 0, bytes.length)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, (bytes.length - head) >> 2)
  const whole = words.length & ~3
  let beyond = 0
  let differ = -1
  for (let i = 0; i < whole; i += 4) {
    const one = words[i]!
    const two = words[i + 1]!
    const three = words[i + 2]!
    const four = words[i + 3]!
    beyond |= one | two | three | four
    differ &=
      ((one ^ BACKSLASHES) + CARRY) & ((two ^ BACKSLASHES) + CARRY) & ((three ^ BACKSLASHES) + CARRY) & ((four ^ BACKSLASHES) + CARRY)
  }
  const plain = (beyond & HIGH) === 0 && (differ & HIGH) === (HIGH | 0)
  return plain && isPlainByByte(bytes, 0, head) && isPlainByByte(bytes, head + whole * 4, bytes.length)
}

const BACKSLASHES = 0x5c5c5c5c
const CARRY = 0x7f7f7f7f
const HIGH = 0x80808080

function isPlainByByte(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i]! >= 0x80 || bytes[i] === BACKSLASH) return false
  return true
}
