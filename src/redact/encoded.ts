import { decodeBlob, encodeBlob } from '../mcp/blob.ts'
import type { Redacted } from './redacted.ts'

/** Longest base64 that is decoded. */
const MAX_ENCODED = 1_048_576

const whole = /^[A-Za-z0-9+/_-]{16,}={0,2}$/

/**
 * The text that a string is the base64 of, when it is nothing else and its bytes are text: hashes, ids and pictures are not. Whoever made it
 * so meant it to be decoded.
 */
export function textBehind(encoded: string): string | undefined {
  if (encoded.length > MAX_ENCODED || !whole.test(encoded) || !beginsLikeText(encoded)) return undefined
  const blob = decodeBlob(encoded, undefined, MAX_ENCODED)
  return blob.kind === 'text' ? blob.text : undefined
}

/** No control character among the first bytes; tells most bytes from text without decoding them all. */
function beginsLikeText(encoded: string): boolean {
  const head = atob(encoded.slice(0, 16).replaceAll('-', '+').replaceAll('_', '/'))
  for (let i = 0; i < head.length; i++) {
    const code = head.charCodeAt(i)
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return false
  }
  return true
}

/** Redacts a string, or the text it is the base64 of. Such findings have no range. */
export function redactEncoded(redact: (text: string) => Redacted, text: string): Redacted {
  const made = redact(text)
  if (made.findings.length > 0) return made
  const behind = textBehind(text)
  if (behind === undefined) return made
  const inner = redact(behind)
  if (inner.findings.length === 0) return made
  const encoded = encodeBlob(inner.text)
  return {
    text: /[-_]/.test(text) ? encoded.replaceAll('+', '-').replaceAll('/', '_') : encoded,
    findings: inner.findings.map(({ range: _, ...finding }) => finding),
  }
}
