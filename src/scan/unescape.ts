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
  const seen = survey(bytes)
  return seen === 0 ? bytes : (seen & BEYOND) !== 0 ? undefined : undo(bytes)
}

function undo(bytes: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i]!
    if (byte === BACKSLASH) {
      byte = simple[bytes[++i] ?? 0]!
      if (byte === 0) return undefined
    }
    out[length++] = byte
  }
  return out.subarray(0, length)
}

const BEYOND = 1
const ESCAPED = 2

/** Are there bytes beyond ASCII, are there backslashes? Four bytes at a time: a byte is a backslash where nothing is left of their difference. */
function survey(bytes: Uint8Array): number {
  const { length } = bytes
  const head = Math.min(length, -bytes.byteOffset & 3)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, (length - head) >> 2)
  let high = 0
  let backslash = 0
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const difference = word ^ 0x5c5c5c5c
    high |= word
    backslash |= (difference - 0x01010101) & ~difference
  }
  for (let i = 0; i < head; i++) {
    high |= bytes[i]!
    if (bytes[i] === BACKSLASH) backslash |= 0x80
  }
  for (let i = head + words.length * 4; i < length; i++) {
    high |= bytes[i]!
    if (bytes[i] === BACKSLASH) backslash |= 0x80
  }
  return ((high & 0x80808080) === 0 ? 0 : BEYOND) | ((backslash & 0x80808080) === 0 ? 0 : ESCAPED)
}
