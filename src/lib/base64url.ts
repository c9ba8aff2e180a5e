const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const urlSafe = `${standard.slice(0, 62)}-_`

const codes = (alphabet: string) => Uint8Array.from(alphabet, (char) => char.charCodeAt(0))
const table = (...alphabets: readonly string[]) => {
  const values = new Uint8Array(256).fill(0xff)
  for (const alphabet of alphabets) for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i
  return values
}

const standardCodes = codes(standard)
const urlSafeCodes = codes(urlSafe)
const standardValues = table(standard)
const urlSafeValues = table(urlSafe)
const eitherValues = table(standard, urlSafe)
/** Made at first use: a decoder is dear at import. */
let ascii: TextDecoder | undefined

/** Standard base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(bytes, standardCodes, true)
}

/** URL-safe base64 without padding (RFC 4648 section 5, as in JOSE). */
export function encodeBase64url(bytes: Uint8Array): string {
  return encode(bytes, urlSafeCodes, false)
}

/** Strict inverse of {@link encodeBase64}: one spelling per value. Undefined for anything else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined
  const end = unpadded(text)
  return (4 - (end % 4)) % 4 === text.length - end ? decode(text, end, standardValues, true) : undefined
}

/** Strict inverse of {@link encodeBase64url}: no padding, zero trailing bits. Undefined for anything else. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  return decode(text, text.length, urlSafeValues, true)
}

/**
 * Decodes what lenient decoders accept: either alphabet, white space anywhere, padding or none, any trailing bits.
 * For looking at content, never for comparing or verifying. Undefined when even that fails.
 */
export function decodeBase64Lenient(text: string): Uint8Array | undefined {
  const compact = text.replace(/[\t\n\f\r ]+/g, '')
  return decode(compact, unpadded(compact), eitherValues, false)
}

function unpadded(text: string): number {
  let end = text.length
  while (end > 0 && text.length - end < 2 && text.charCodeAt(end - 1) === 0x3d) end--
  return end
}

function encode(bytes: Uint8Array, alphabet: Uint8Array, pad: boolean): string {
  const rest = bytes.length % 3
  const whole = bytes.length - rest
  const out = new Uint8Array((whole / 3) * 4 + (rest === 0 ? 0 : pad ? 4 : rest + 1))
  let at = 0
  const put = (bits: number, shift: number) => {
    out[at++] = alphabet[(bits >> shift) & 63] as number
  }
  for (let i = 0; i < whole; i += 3) {
    const bits = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number)
    put(bits, 18)
    put(bits, 12)
    put(bits, 6)
    put(bits, 0)
  }
  if (rest > 0) {
    const bits = ((bytes[whole] as number) << 16) | (rest === 2 ? (bytes[whole + 1] as number) << 8 : 0)
    put(bits, 18)
    put(bits, 12)
    if (rest === 2) put(bits, 6)
    if (pad) out.fill(0x3d, at)
  }
  ascii ??= new TextDecoder('latin1')
  return ascii.decode(out)
}

function decode(text: string, end: number, values: Uint8Array, canonical: boolean): Uint8Array | undefined {
  if (end % 4 === 1) return undefined
  const out = new Uint8Array(Math.floor((end * 3) / 4))
  let at = 0
  let bits = 0
  let held = 0
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    const value = code < 256 ? (values[code] as number) : 0xff
    if (value === 0xff) return undefined
    bits = (bits << 6) | value
    held += 6
    if (held >= 8) {
      held -= 8
      out[at++] = (bits >> held) & 0xff
      bits &= (1 << held) - 1
    }
  }
  return canonical && bits !== 0 ? undefined : out
}
