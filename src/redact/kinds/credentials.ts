import { ofClass, opening } from '../engine/around.ts'
import { ALNUM, ALPHA, BASE64, BASE64URL, classOf, DASH, DIGIT, DOT, SPACE, STOP, UPPER } from '../engine/chars.ts'
import type { Cursor, Tail } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'
import { isFiller } from './secrets.ts'

/** Most characters of a JWT header that are decoded to see whether it is one. */
const MAX_HEADER = 1024
/** `{"alg":""}` has more. */
const MIN_HEADER = 12

export const jwt: Kind = {
  id: 'secret/jwt',
  name: 'jwt',
  group: 'secret',
  label: '[JWT_REDACTED]',
  severity: 'high',
  what: 'JSON web tokens, signed or encrypted',
  validator: 'header decodes to JSON that names `alg` or `enc`; three or five parts',
  base: true,
  triggers: ['eyj'],
  around: () => ({ before: opening(ALNUM | DASH), after: ofClass(BASE64URL), next: ofClass(BASE64URL) }),
  verify(cursor, start) {
    if (!cursor.opens(start, ALNUM | DASH) || !cursor.reads(start, 'eyJ')) return false
    const header = cursor.run(start, BASE64URL, MAX_HEADER)
    if (cursor.at(header) !== 46 || header - start < MIN_HEADER) return false
    const parts = joseParts(cursor.slice(start, header))
    if (parts === 0) return false
    if (!cursor.is(header + 1, ALNUM) && cursor.at(header + 1) !== 46) return false
    return cursor.match(start, header + 1, partsTail(parts - 2))
  },
}

/** Takes the remaining parts of a token and no dot more: the next one ends a sentence. */
function partsTail(dots: number): Tail {
  return { takes: (code) => (classOf(code) & BASE64URL) !== 0 || (code === 46 && dots-- > 0) }
}

/**
 * How many parts a token has whose header decodes to a JSON object that names an algorithm: three when signed, five when encrypted; 0 when
 * it does not. No exception is thrown for what is not one: a flood of `eyJ.` must stay cheap.
 */
function joseParts(part: string): number {
  if (part.length % 4 === 1) return 0
  const text = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  if (!/^\{\s*"/.test(text) || !text.trimEnd().endsWith('}')) return 0
  return /"enc"\s*:/.test(text) ? 5 : /"alg"\s*:/.test(text) ? 3 : 0
}

export const privateKey: Kind = {
  id: 'secret/private-key',
  name: 'private-key',
  group: 'secret',
  label: '[PRIVATE_KEY_REDACTED]',
  severity: 'critical',
  what: 'private key blocks: PEM, OpenSSH, PGP, PuTTY; line breaks literal or escaped',
  validator: 'BEGIN line of a private key and key material after it; the block goes as a whole, up to its END line',
  base: true,
  triggers: ['-----begin ', 'putty-user-key-file-0'],
  verify(cursor, start, end) {
    const at = cursor.at(start) === 45 ? afterBegin(cursor, end) : end
    return at > 0 && cursor.match(start, at, blockTail())
  },
}

/** End of `-----BEGIN ... PRIVATE KEY[ BLOCK]-----` and the white space after it, when key material follows; else -1. */
function afterBegin(cursor: Cursor, at: number): number {
  const end = cursor.run(at, UPPER | SPACE | DIGIT, 48)
  if (!cursor.reads(end, '-----')) return -1
  if (!/PRIVATE KEY(?: BLOCK)?$/.test(cursor.slice(at, end))) return -1
  let i = end + 5
  for (const stop = i + 16; i < stop; ) {
    if (cursor.is(i, SPACE)) i++
    else if (cursor.at(i) === 92) i += 2
    else break
  }
  // Sixteen characters of base64, or an armour header such as `Proc-Type:` or `Version:`.
  const run = cursor.run(i, BASE64, 16)
  if (run - i >= 16) return run
  const name = cursor.run(i, ALPHA | DASH, 16)
  return name > i && cursor.at(name) === 58 ? name : -1
}

/** Takes everything a key block may hold, up to and with its END line; stops early where other text begins. */
function blockTail(): Tail {
  const mark = '-----END '
  let matched = 0
  let dashes = 0
  return {
    takes(code) {
      if (dashes < 0) return false
      if (matched === mark.length) {
        if (code !== 45) return dashes === 0 && code < 128 && (code === 32 || (code >= 48 && code <= 90))
        if (++dashes === 5) dashes = -1
        return true
      }
      matched = code === mark.charCodeAt(matched) ? matched + 1 : code === 45 ? (matched >= 5 ? 5 : 1) : 0
      // Base64, white space, escaped line breaks and armour headers.
      return code < 127 && (code >= 32 || code === 10 || code === 13 || code === 9) && !excluded.has(code)
    },
  }
}
const excluded = new Set(Array.from('"\'`<>{}[]$&;!?', (char) => char.charCodeAt(0)))

/** `abc8Q~` and the rest: Microsoft Entra client secrets carry their mark in the middle. */
export const azureSecret: Kind = {
  id: 'secret/azure-client-secret',
  name: 'azure-client-secret',
  group: 'secret',
  label: '[AZURE_CLIENT_SECRET_REDACTED]',
  severity: 'critical',
  what: 'Azure (Microsoft Entra): client secrets, `\u2026Q~\u2026`',
  validator: 'three characters and a digit before `Q~`, 31 to 34 after it',
  base: true,
  triggers: ['0q~'],
  reachesBack: true,
  verify(cursor, start, end) {
    const from = start - 3
    if (cursor.at(start + 1) !== 81 || from < cursor.floor || !isSecretChar(cursor, from) || !isSecretChar(cursor, start - 1)) return false
    if (!isSecretChar(cursor, start - 2) || isSecretChar(cursor, from - 1)) return false
    let to = end
    while (to < end + 35 && isSecretChar(cursor, to)) to++
    return to - end >= 31 && to - end <= 34 && !isFiller(cursor.slice(end, to)) && cursor.match(from, to)
  },
}
const isSecretChar = (cursor: Cursor, i: number): boolean => cursor.is(i, BASE64URL | DOT) || cursor.at(i) === 126

/** Stars, dots, `xxx`, `${VAR}`, `%s`, `your-password`: a place to put a value, not a value. */
export function isPlaceholder(text: string): boolean {
  return /^(?:[*.x_-]+|[<[{$%].*|redacted|removed|change[-_]?me|example|placeholder|your[-_ ].*)$/i.test(text)
}

export const connectionString: Kind = {
  id: 'secret/connection-string',
  name: 'connection-string',
  group: 'secret',
  label: '[PASSWORD_REDACTED]',
  severity: 'critical',
  what: 'the password in `scheme://user:password@host`, `;Password=\u2026;`, `;AccountKey=\u2026;`',
  validator: 'URL authority with user, password and host; or a `key=value;` list; not a placeholder',
  base: true,
  triggers: ['://', 'password=', 'pwd=', 'accountkey=', 'sharedaccesskey='],
  around: (trigger) => (trigger === '://' ? { before: ofClass(ALNUM) } : {}),
  verify(cursor, start, end) {
    return cursor.at(start) === 58 ? authority(cursor, start, end) : assignment(cursor, start, end)
  },
}

const MAX_AUTHORITY = 512

function authority(cursor: Cursor, start: number, end: number): boolean {
  if (!cursor.is(start - 1, ALNUM)) return false
  // In a text that is all there, one look tells of all that have none.
  if (cursor.final && cursor.next('@', end, MAX_AUTHORITY) < 0) return cursor.refuse(start + cursor.beyond)
  let colon = -1
  let i = end
  for (; i < end + MAX_AUTHORITY; i++) {
    const code = cursor.at(i)
    if (code === 64) break
    if (code === 58 && colon < 0) colon = i
    // A slash ends the authority. (Passwords that hold one must escape it, or no client finds the host.)
    if (code < 0 || code === 47 || code === 63 || code === 35 || (classOf(code) & STOP) !== 0) return false
  }
  if (colon < 0 || i >= end + MAX_AUTHORITY || i === colon + 1) return false
  // The last `@` before the host counts: passwords hold `@` too.
  for (let j = i + 1; j < i + 128 && !cursor.is(j, STOP) && cursor.at(j) !== 47 && cursor.at(j) >= 0; j++) if (cursor.at(j) === 64) i = j
  if (!cursor.is(i + 1, ALNUM) && cursor.at(i + 1) !== 91) return false
  return !isPlaceholder(cursor.slice(colon + 1, i)) && cursor.match(colon + 1, i)
}

function assignment(cursor: Cursor, start: number, end: number): boolean {
  // Part of a list: something like `Server=db;` stands before it.
  let before = start - 1
  while (cursor.at(before) === 32) before--
  if (cursor.at(before) !== 59) return false
  const quote = cursor.at(end)
  const quoted = quote === 34 || quote === 39
  const from = quoted ? end + 1 : end
  // In raw JSON a quote may be where the text ends, if none closes this one.
  let last = -1
  let to = from
  while (to < from + 256) {
    const code = cursor.at(to)
    if (quoted ? code === quote || code === 10 || code < 0 : code < 33 || code === 59 || code === 34 || code === 39) break
    if (code === 34 && last < 0) last = to
    to++
  }
  if (to === from + 256 && last > 0) to = last
  return to > from && to < from + 256 && !isPlaceholder(cursor.slice(from, to)) && cursor.match(from, to)
}
