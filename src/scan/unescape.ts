const BACKSLASH = 0x5c

const simple = new Uint8Array(128)
for (const [letter, byte] of ['n\n', 't\t', 'r\r', 'b\b', 'f\f', '""', '\\\\', '//'].map(
  (pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const,
))
  simple[letter] = byte

/**
 * The bytes of a JSON document with its escapes undone, quotes and brackets left in place; the very same bytes where there are none.
 *
 * `undefined` where bytes do not tell what the document says: `\u` escapes, escapes that are none.
 */
export function unescapeJson(given: Uint8Array): Uint8Array | undefined {
  // Plain Uint8Array only: a Buffer among them would slow the matcher's loop down.
  const bytes = given.constructor === Uint8Array ? given : new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
  let at = bytes.indexOf(BACKSLASH)
  if (at < 0) return bytes
  const out = new Uint8Array(bytes.length)
  let length = 0
  let copied = 0
  for (; at >= 0; at = nextBackslash(bytes, copied)) {
    if (at > copied) {
      out.set(bytes.subarray(copied, at), length)
      length += at - copied
    }
    const byte = simple[bytes[at + 1] ?? 0]!
    if (byte === 0) return undefined
    out[length++] = byte
    copied = at + 2
  }
  out.set(bytes.subarray(copied), length)
  return out.subarray(0, length + bytes.length - copied)
}

/** Escapes come in crowds: the next few bytes are looked at here before the search is handed over. */
function nextBackslash(bytes: Uint8Array, from: number): number {
  const near = Math.min(from + 16, bytes.length)
  for (let i = from; i < near; i++) if (bytes[i] === BACKSLASH) return i
  return near < bytes.length ? bytes.indexOf(BACKSLASH, near) : -1
}
