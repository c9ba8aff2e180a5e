const BACKSLASH = 0x5c

const simple = new Uint8Array(128)
for (const [letter, byte] of ['n\n', 't\t', 'r\r', 'b\b', 'f\f', '""', '\\\\', '//'].map(
  (pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const,
))
  simple[letter] = byte

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

function undo(bytes: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i]!
    if (byte === BACKSLASH) {
      byte = simple[bytes[++i] ?? 0] ?? 0
      if (byte === 0) return undefined
    } else if (byte >= 0x80) return undefined
    out[length++] = byte
  }
  return out.subarray(0, length)
}

/**
 * True for ASCII without a backslash. Two words of four bytes at a time: the high bit of a byte is set where it is beyond ASCII, or where
 * nothing is left of the difference between it and a backslash.
 */
function isPlain(bytes: Uint8Array): boolean {
  const head = -bytes.byteOffset & 3
  if (bytes.length <= head) return isPlainByByte(bytes, 0, bytes.length)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, (bytes.length - head) >> 2)
  const pairs = words.length & ~1
  let seen = 0
  for (let i = 0; i < pairs; i += 2) {
    const one = words[i]!
    const two = words[i + 1]!
    const fromOne = one ^ 0x5c5c5c5c
    const fromTwo = two ^ 0x5c5c5c5c
    seen |= one | two | ((fromOne - 0x01010101) & ~fromOne) | ((fromTwo - 0x01010101) & ~fromTwo)
  }
  return (seen & 0x80808080) === 0 && isPlainByByte(bytes, 0, head) && isPlainByByte(bytes, head + pairs * 4, bytes.length)
}

function isPlainByByte(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i]! >= 0x80 || bytes[i] === BACKSLASH) return false
  return true
}
