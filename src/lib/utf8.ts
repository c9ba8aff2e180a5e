/** Why bytes are not plain UTF-8 text. `utf-16` and `utf-32` are recognised by byte order mark or by their zero bytes. */
export type Utf8Fault = 'bom' | 'utf-16' | 'utf-32' | 'malformed'

export type Utf8Result = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: Utf8Fault }

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * Decodes UTF-8 and nothing else (RFC 3629): overlong forms, surrogates and stray bytes are refused, never replaced.
 *
 * A byte order mark is reported, not dropped: some parsers skip it and some do not, and where two parsers differ an attack hides.
 * Text whose first characters are ASCII but come in two or four bytes each (UTF-16, UTF-32) is recognised even without a mark,
 * because a lenient parser behind us may accept it.
 */
export function decodeUtf8(bytes: Uint8Array): Utf8Result {
  const foreign = foreignEncoding(bytes)
  if (foreign !== undefined) return { ok: false, fault: foreign }
  const text = decodeText(bytes)
  return text === undefined ? { ok: false, fault: 'malformed' } : { ok: true, text }
}

/** Well-formed UTF-8 as it is, marks and zero bytes included; undefined when malformed. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return fatal.decode(bytes)
  } catch {
    return undefined
  }
}

/** UTF-8 bytes of a text; lone surrogates become U+FFFD, as everywhere on the web platform. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>
}

/** The bytes of what may be text. */
export function bytesOf(given: string | Uint8Array): Uint8Array {
  return typeof given === 'string' ? encodeUtf8(given) : given
}

/** What {@link decodeUtf8} makes of a text once it is bytes; ordinary text is not made into bytes to see. */
export function readUtf8(given: Uint8Array | string): Utf8Result {
  if (typeof given !== 'string') return decodeUtf8(given)
  return isOrdinary(given) ? { ok: true, text: given } : decodeUtf8(encodeUtf8(given))
}

/** True when no character is lost on the wire, and nothing at the beginning looks like another encoding. */
function isOrdinary(text: string): boolean {
  for (let i = 0; i < 4 && i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0 || code === 0xfeff) return false
  }
  // Node 20 and every other runtime has it; the language library we compile against does not know.
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed()
}

function foreignEncoding(bytes: Uint8Array): Utf8Fault | undefined {
  const a = bytes[0]
  const b = bytes[1]
  const c = bytes[2]
  const d = bytes[3]
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'bom'
  if (a === 0x00 && b === 0x00 && ((c === 0xfe && d === 0xff) || (c === 0x00 && d !== undefined))) return 'utf-32'
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32' : 'utf-16'
  if (a === 0xfe && b === 0xff) return 'utf-16'
  // Without a mark: an ASCII character beside zero bytes. RFC 4627 section 3 describes the patterns.
  if (a === 0 && b === 0 && c === 0) return 'utf-32'
  if (a !== 0 && b === 0 && c === 0 && d === 0) return 'utf-32'
  if ((a === 0 && b !== undefined && b !== 0) || (a !== undefined && a !== 0 && b === 0)) return 'utf-16'
  return undefined
}
