import { joinBytes } from '../../lib/bytes.ts'

/** Turns bytes into text and back so that text nobody changed comes back as the same bytes. */
export interface TextCodec {
  decode(bytes: Uint8Array): string
  /** What an unfinished sequence at the end decodes to. */
  finish(): string
  encode(text: string): Uint8Array
}

/**
 * UTF-8 as long as the bytes are valid UTF-8. From the first invalid sequence on, and for every other charset, each byte is one
 * character (Latin-1): ASCII-shaped secrets are still seen, and nothing passes unscanned because it would not decode.
 */
export function createTextCodec(charset: string | undefined): TextCodec {
  let latin = charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii'
  // Characters U+00xx that stand for single bytes, once the text is not UTF-8.
  let pending: Uint8Array = new Uint8Array(0)

  const decode = (bytes: Uint8Array): string => {
    if (latin) return latin1(bytes)
    const joined = pending.length === 0 ? bytes : joinBytes([pending, bytes])
    const whole = completeLength(joined)
    try {
      const text = strict.decode(joined.subarray(0, whole))
      pending = joined.slice(whole)
      return text
    } catch {
      latin = true
      pending = new Uint8Array(0)
      return latin1(joined)
    }
  }
  return {
    decode,
    finish() {
      if (pending.length === 0) return ''
      latin = true
      const rest = latin1(pending)
      pending = new Uint8Array(0)
      return rest
    },
    encode: (text) => (latin ? fromLatin1(text) : encoder.encode(text)),
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return text
}

/** Characters above U+00FF (a label in another script, text held from before the switch) are written as UTF-8. */
function fromLatin1(text: string): Uint8Array {
  let wide = false
  for (let i = 0; i < text.length && !wide; i++) wide = text.charCodeAt(i) > 0xff
  if (wide) return encoder.encode(text)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** Length of the prefix that ends on a character boundary; at most three trailing bytes wait. */
function completeLength(bytes: Uint8Array): number {
  const end = bytes.length
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back] as number
    if (byte < 0x80) return end
    if (byte < 0xc0) continue
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needs > back ? end - back : end
  }
  return end
}
