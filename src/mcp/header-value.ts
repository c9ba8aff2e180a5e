import { decodeBase64, encodeBase64 } from '../lib/base64url.ts'
import { decodeText, encodeUtf8 } from '../lib/utf8.ts'

const prefix = '=?base64?'
const suffix = '?='

/**
 * What a mirrored header says (2026-07-28, streamable HTTP, value encoding): the text itself, or the UTF-8 text inside
 * `=?base64?...?=`. Undefined when the sentinel holds anything but canonical base64 of UTF-8: such a header is refused, because
 * two readers may decode it to two values.
 */
export function decodeHeaderValue(value: string): string | undefined {
  const text = trimSpace(value)
  if (!isSentinel(text)) return text
  const bytes = decodeBase64(text.slice(prefix.length, text.length - suffix.length))
  return bytes === undefined ? undefined : decodeText(bytes)
}

/** The spelling of a value that every reader decodes back to it. Undefined for values that are never mirrored. */
export function encodeHeaderValue(value: unknown): string | undefined {
  const text = headerText(value)
  if (text === undefined) return undefined
  const plain = text !== '' && isFieldText(text) && trimSpace(text) === text && !isSentinel(text)
  return plain ? text : `${prefix}${encodeBase64(encodeUtf8(text))}${suffix}`
}

/** The text a primitive is mirrored as: strings as they are, safe numbers in decimal, booleans as words. */
export function headerText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value)
}

/** Removes optional white space around a field value (RFC 9110 section 5.6.3), which servers and proxies may or may not have done. */
export function trimSpace(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isSpace(value.charCodeAt(start))) start++
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--
  return value.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function isSentinel(text: string): boolean {
  return text.length >= prefix.length + suffix.length && text.startsWith(prefix) && text.endsWith(suffix)
}

/** Visible ASCII, space and tab: what survives every HTTP implementation. */
function isFieldText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code !== 0x09 && (code < 0x20 || code > 0x7e)) return false
  }
  return true
}
