import { decodeBase64Lenient, encodeBase64 } from '../lib/base64url.ts'
import { decodeText, encodeUtf8 } from '../lib/utf8.ts'

/** What base64 content turned out to be. `binary` content is nothing a text scanner could judge. */
export type DecodedBlob =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-base64' }

const textual = new Set([
  'json',
  'xml',
  'yaml',
  'x-yaml',
  'toml',
  'javascript',
  'ecmascript',
  'x-javascript',
  'x-ndjson',
  'ndjson',
  'sql',
  'graphql',
  'x-sh',
  'rtf',
  'x-www-form-urlencoded',
])

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** True for media types whose content is text: `text/*`, JSON, XML, SVG and their kin. */
export function isTextual(mimeType: string): boolean {
  const essence = mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (essence.startsWith('text/')) return true
  const subtype = essence.slice(essence.indexOf('/') + 1)
  return subtype.endsWith('+json') || subtype.endsWith('+xml') || subtype.endsWith('+yaml') || textual.has(subtype)
}

/**
 * Decodes base64 of a textual media type, as leniently as the most lenient reader would. Without a media type it is text when its bytes
 * are UTF-8 without control characters.
 */
export function decodeBlob(encoded: string, mimeType: string | undefined, maxEncodedBytes: number): DecodedBlob {
  if (mimeType !== undefined && !isTextual(mimeType)) return { kind: 'binary' }
  if (encoded.length > maxEncodedBytes) return { kind: 'too-large' }
  const bytes = decodeBase64Lenient(encoded)
  if (bytes === undefined) return { kind: 'not-base64' }
  const text = decodeText(bytes)
  // Declared to be text but not UTF-8: look at what a lenient reader makes of it.
  if (text === undefined) return mimeType === undefined ? { kind: 'binary' } : { kind: 'text', text: lenient.decode(bytes) }
  return mimeType === undefined && hasControls(text) ? { kind: 'binary' } : { kind: 'text', text }
}

export function encodeBlob(text: string): string {
  return encodeBase64(encodeUtf8(text))
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return true
  }
  return false
}
