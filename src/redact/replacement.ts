import { SafeMcpConfigError } from '../core/config-error.ts'
import { sha256 } from '../lib/sha256.ts'
import type { Match } from './engine/run.ts'
import type { Kind } from './kind.ts'

/**
 * What stands in place of a match.
 *
 * `label`: `[EMAIL_REDACTED]`. `mask`: the last four characters of a number, `b***@***.com`; a label for secrets and active content.
 * `{ hash }`: `[EMAIL_REDACTED:3f2a9c51d07e]`, the same for the same text and key, so that records can still be joined; the key is
 * 16 characters or more and decides who can test a guess. A function makes its own; it is given the text and must not keep it.
 */
export type Replacement = 'label' | 'mask' | { readonly hash: string } | ((text: string, kind: Kind) => string)

/** Makes the text that stands in place of a match. */
export type Replace = (match: Match) => string

export function replacer(replacement: Replacement): Replace {
  if (typeof replacement === 'function') return ({ text, kind }) => replacement(text, kind)
  if (typeof replacement === 'object') return hashing(replacement.hash)
  return replacement === 'mask' ? mask : ({ kind }) => kind.label
}

/** Keeps what people need to recognise their own: the last four digits of a number, first letter and ending of an address. */
function mask({ kind, text }: Match): string {
  if (kind.group !== 'pii') return kind.label
  const at = text.indexOf('@')
  if (at > 0) return `${text[0]}***@***${text.slice(text.lastIndexOf('.'))}`
  let keep = text.replace(/[^A-Za-z0-9]/g, '').length > 8 ? 4 : 0
  let out = ''
  for (let i = text.length - 1; i >= 0; i--) {
    const char = text[i]!
    out = /[\p{L}\p{N}]/u.test(char) && keep-- <= 0 ? `*${out}` : char + out
  }
  return out
}

const BLOCK = 64
const SHOWN = 6

/** HMAC-SHA-256 (RFC 2104) of kind and text, its first 48 bits in hexadecimal. */
function hashing(key: string): Replace {
  if (typeof key !== 'string' || key.length < 16) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'replacement.hash', message: 'must be a key of 16 characters or more.' })
  }
  const encoder = new TextEncoder()
  const raw = encoder.encode(key)
  const block = new Uint8Array(BLOCK)
  block.set(raw.length > BLOCK ? sha256(raw) : raw)
  const inner = block.map((byte) => byte ^ 0x36)
  const outer = block.map((byte) => byte ^ 0x5c)
  const joined = (head: Uint8Array, tail: Uint8Array): Uint8Array => {
    const both = new Uint8Array(head.length + tail.length)
    both.set(head)
    both.set(tail, head.length)
    return both
  }
  return ({ kind, text }) => {
    const digest = sha256(joined(outer, sha256(joined(inner, encoder.encode(`${kind.id}\0${text}`)))))
    const hex = Array.from(digest.subarray(0, SHOWN), (byte) => byte.toString(16).padStart(2, '0')).join('')
    return kind.label.endsWith(']') ? `${kind.label.slice(0, -1)}:${hex}]` : kind.label
  }
}
