import { ALPHA, SPACE } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

const MAX_ALT = 256
const MAX_URL = 2048
/** White space, a line break too, that may stand before an address. */
const MAX_BLANKS = 8
/** A value this long that reads like encoded bytes is not a word anybody would put in a picture's address. */
const MIN_BLOB = 40

/** Names people give to a query parameter that carries something away. */
const carrier =
  /[?&](?:data|d|q|payload|secret|token|leak|exfil(?:trate)?|content|msg|message|prompt|chat|conversation|history|context|info|dump|body|text|p|c|k|key|cookie)=([^&#]*)/gi
const blob = /^(?:[A-Za-z0-9+/_-]{40,}={0,2}|(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~+-]){40,})$/

/**
 * True when a URL that a client would fetch by itself, or that a reader is asked to click, carries data out: a value that looks
 * encoded, a template to be filled in, or text under a name that says so.
 */
export function carriesData(url: string, fetched: boolean): boolean {
  if (url.length < MIN_BLOB && !/[?{<[%]/.test(url)) return false
  if (!/^(?:https?:)?\/\//i.test(url)) return false
  const query = url.indexOf('?')
  if (/(?:\{\{|\$\{|%7B%7B|<[a-z_ ]+>|\[[A-Z_ ]+\]|\{[a-z_ ]+\})/i.test(url)) return true
  if (fetched && query >= 0) {
    for (const [, value = ''] of url.matchAll(carrier)) if (value.length >= 12 || /%20|\+/.test(value)) return true
  }
  const parts = query >= 0 ? url.slice(query + 1).split(/[&=#]/) : fetched ? url.split('/').slice(3) : []
  return parts.some((part) => part.length >= MIN_BLOB && blob.test(part) && isBlob(part))
}

/** Looks encoded rather than written: digits and both cases, or mostly escapes. */
function isBlob(part: string): boolean {
  if (/^[0-9a-f]{40}$|^[0-9a-f]{64}$/i.test(part)) return false
  const escapes = part.split('%').length - 1
  if (escapes >= 3) return true
  return /\d/.test(part) && /[a-z]/.test(part) && /[A-Z]/.test(part) && !/[-_].*[-_].*[-_]/.test(part)
}

export const exfiltration: Kind = {
  id: 'risk/exfiltration-link',
  name: 'exfiltration-link',
  group: 'risk',
  label: '[LINK_REMOVED]',
  severity: 'high',
  technique: 'T1911',
  what: 'markdown and HTML images, links and references whose address carries data out',
  validator: 'absolute address with an encoded value, a placeholder, or text under a telling name',
  base: true,
  triggers: ['![', '](', ']:', 'src="', "src='", 'href="', "href='", 'src=http', 'href=http'],
  verify(cursor, start, end) {
    const code = cursor.at(start)
    if (code === 33) return image(cursor, start, end)
    const fetched = code === 115 || code === 83
    // Unquoted, as HTML lets it be: the trigger holds the beginning of the address.
    if (cursor.is(end - 1, ALPHA)) return cursor.is(start - 1, SPACE) && address(cursor, end - 4, urlEnd(cursor, end - 4, 62), fetched)
    // `[label]: url` may be a link's or an image's, and is read like a link's.
    if (cursor.at(end - 1) === 58) return reference(cursor, end)
    // A link's address alone goes; its text stays readable.
    return address(cursor, end, urlEnd(cursor, end, code === 93 ? 41 : cursor.at(end - 1)), fetched)
  },
}

function address(cursor: Cursor, from: number, to: number, fetched: boolean): boolean {
  return to > from && carriesData(bare(cursor.slice(from, to)), fetched) && cursor.match(from, to)
}

function reference(cursor: Cursor, at: number): boolean {
  const from = cursor.run(at, SPACE, MAX_BLANKS)
  return address(cursor, from, urlEnd(cursor, from, 10), false)
}

/** Without the blanks and the angle brackets Markdown lets stand around an address. */
const bare = (url: string): string => url.trim().replace(/^<|>$/g, '')

/** `![alt](url)`, whole. */
function image(cursor: Cursor, start: number, end: number): boolean {
  const i = cursor.next(']', end, MAX_ALT)
  if (i < 0) return cursor.refuse(start + cursor.beyond)
  // The same bracket closes every image that opens before it.
  if (cursor.at(i + 1) !== 40) return cursor.refuse(i - 1)
  const url = i + 2
  const to = urlEnd(cursor, url, 41)
  if (to < 0) return false
  if (!carriesData(bare(cursor.slice(url, to)), true)) return false
  const close = cursor.next(')', to, 128)
  return cursor.match(start, close < 0 ? to : close + 1)
}

/**
 * End of an address that `close` ends, or -1: a parenthesis, a quote, the end of a tag (or a blank), the end of a line (or a blank). What no
 * address holds ends it too, so that no stretch of text is read twice.
 */
function urlEnd(cursor: Cursor, at: number, close: number): number {
  let i = close === 41 ? cursor.run(at, SPACE, MAX_BLANKS) : at
  const angled = cursor.at(i) === 60
  if (angled) i++
  // An address that leads out is absolute; anything else is decided at once.
  const first = cursor.at(i) | 32
  if (first !== 104 && first !== 47) return -1
  if (angled) return cursor.next('>', i, MAX_URL) + 1 || -1
  // Between quotes an address may hold anything.
  if (close === 34 || close === 39) return cursor.next(String.fromCharCode(close), i, MAX_URL)
  let depth = 0
  let code = cursor.at(i - 1)
  for (; i < at + MAX_URL; i++) {
    const before = code
    code = cursor.at(i)
    if (before === 93 && (code === 40 || code === 58)) return -1
    if (code === 40) depth++
    else if (code === 41 && depth > 0) depth--
    else if (code === close) return i
    // No address holds a quote. In raw JSON it is where the string ends, and with it an address that goes on to the end of its text.
    else if (code === 34 && close !== 41) return i
    else if (code < 33) return close !== 41 ? i : code === 32 ? titleEnd(cursor, i) : -1
  }
  return -1
}

/** `](url "title")`: where the address ended, when the rest is a title and the closing parenthesis. */
function titleEnd(cursor: Cursor, at: number): number {
  const quote = cursor.at(at + 1)
  return quote === 34 || quote === 39 || quote === 41 ? at : -1
}
