import { entropy } from '../checks/entropy.ts'
import { ALPHA, BASE64, classOf, DASH, DOT, PRINTABLE, UNDERSCORE, WORD } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'
import { isPlaceholder } from '../kinds/credentials.ts'

const pack = 'safe-mcp/redact/credentials'

const secret = (kind: Pick<Kind, 'name' | 'label' | 'what' | 'validator' | 'triggers' | 'verify'>): Kind => ({
  ...kind,
  id: `secret/${kind.name}`,
  group: 'secret',
  severity: 'high',
  base: false,
  pack,
})

interface Assigned {
  readonly from: number
  readonly to: number
  readonly quoted: boolean
}

const MAX_VALUE = 256

/** Reads `= value`, `: "value"`, ` => 'value'` after a name that ends at `at`. */
function assigned(cursor: Cursor, at: number): Assigned | undefined {
  let i = at
  // The quote that closes a JSON or Python name.
  if (cursor.at(i) === 92) i++
  if (cursor.at(i) === 34 || cursor.at(i) === 39) i++
  while (i < at + 6 && cursor.at(i) === 32) i++
  const sign = cursor.at(i)
  if (sign !== 61 && sign !== 58) return undefined
  i++
  if (cursor.at(i) === 61 || cursor.at(i) === 62) i++
  const spaced = i
  while (i < spaced + 4 && cursor.at(i) === 32) i++
  if (cursor.at(i) === 92) i++
  const quote = cursor.at(i)
  const quoted = quote === 34 || quote === 39 || quote === 96
  if (quoted) i++
  const from = i
  const close = quoted ? quote : -2
  for (; i < from + MAX_VALUE; i++) {
    const code = cursor.at(i)
    if (code < 33 || code === close || code === 92) break
    if (!quoted && (code === 44 || code === 59 || code === 34 || code === 39 || code === 38 || code === 41 || code === 125)) break
  }
  return i > from && i < from + MAX_VALUE ? { from, to: i, quoted } : undefined
}

/** What reads like code or prose rather than a value: a call, a variable, a type, a word. */
const codeLike =
  /^(?:process\.|os\.|env[.[(]|self\.|this\.|req\.|config\.|null$|none$|true$|false$|undefined$|string$|str$|any$|required$|optional$|[A-Za-z_.]+\()/i

const password = secret({
  name: 'password-assignment',
  label: '[PASSWORD_REDACTED]',
  what: '`password = \u2026`, `"pwd": "\u2026"`, `passphrase: \u2026`',
  validator: 'a value that is no placeholder, variable, call or type; unquoted ones hold a digit or sign',
  triggers: ['password', 'passwd', 'passphrase', 'pwd', 'passwort', 'contrase'],
  verify(cursor, start, end) {
    if (cursor.is(start - 1, ALPHA) && cursor.at(start - 1) > 96 && cursor.is(start, ALPHA) && cursor.at(start) > 96) return false
    const value = assigned(cursor, end)
    if (value === undefined) return false
    const text = cursor.slice(value.from, value.to)
    if (text.length < 4 || isPlaceholder(text) || codeLike.test(text)) return false
    return (value.quoted || /[^A-Za-z]/.test(text)) && cursor.match(value.from, value.to)
  },
})

const MIN_ENTROPY = 3

/** `public_key`, `publicToken`: meant to be seen. */
function isPublic(cursor: Cursor, start: number): boolean {
  const end = cursor.is(start - 1, UNDERSCORE | DASH) ? start - 1 : start
  return cursor.readsAnyCase(end - 6, 'public')
}

const keyAssignment = secret({
  name: 'key-assignment',
  label: '[KEY_REDACTED]',
  what: 'long values given to names that end in `key`, `token`, `secret`, `auth`, `credential`, or follow "access", "client", "api"',
  validator:
    'sixteen characters or more of one alphabet, letters and digits mixed, at least 3 bits of entropy per character; no placeholder, hash name or path',
  triggers: ['key', 'token', 'secret', 'auth', 'credential', 'credentials', 'apikey'],
  verify(cursor, start, end) {
    if (cursor.is(end, WORD) || isPublic(cursor, start)) return false
    const value = assigned(cursor, end)
    if (value === undefined) return false
    const text = cursor.slice(value.from, value.to)
    if (text.length < 16 || text.length > 200 || cursor.run(value.from, BASE64 | DASH | UNDERSCORE | DOT, MAX_VALUE) !== value.to)
      return false
    const parts = /\d/.test(text) && /[A-Za-z]/.test(text)
    return parts && entropy(text) >= MIN_ENTROPY && !isPlaceholder(text) && !codeLike.test(text) && cursor.match(value.from, value.to)
  },
})

const authorization = secret({
  name: 'authorization-header',
  label: '[CREDENTIALS_REDACTED]',
  what: '`Authorization: Bearer \u2026`, `Basic \u2026`, `curl -u user:password`',
  validator: 'the alphabet of the scheme; Basic decodes to `user:password`',
  triggers: ['bearer ', 'basic ', 'authorization: ', ' -u ', '--user '],
  verify(cursor, start, end) {
    if (cursor.readsAnyCase(start, 'bearer') || cursor.readsAnyCase(start, 'authorization')) {
      const to = cursor.run(end, WORD | DASH | DOT | BASE64, 4096)
      const text = cursor.slice(end, Math.min(to, end + 64))
      return to - end >= 12 && /\d/.test(text) && /[A-Za-z]/.test(text) && !isPlaceholder(text) && cursor.match(end, to)
    }
    if (cursor.readsAnyCase(start, 'basic')) {
      const to = cursor.run(end, BASE64, 1024)
      return to - end >= 8 && (to - end) % 4 === 0 && isUserPassword(cursor.slice(end, to)) && cursor.match(end, to)
    }
    let from = end
    const quote = cursor.at(from)
    if (quote === 34 || quote === 39) from++
    let to = from
    while (to < from + 256 && (classOf(cursor.at(to)) & PRINTABLE) !== 0 && cursor.at(to) !== 34 && cursor.at(to) !== 39) to++
    const text = cursor.slice(from, to)
    const colon = text.indexOf(':')
    if (colon < 1 || text.length - colon < 4 || isPlaceholder(text.slice(colon + 1)) || /^https?:/.test(text)) return false
    return cursor.match(from + colon + 1, to)
  },
})

function isUserPassword(part: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(part)) return false
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(atob(part))
}

const awsSecret = secret({
  name: 'aws-secret-key',
  label: '[AWS_SECRET_KEY_REDACTED]',
  what: 'AWS secret access keys and session tokens after their name',
  validator: 'forty characters of base64 with at least 4 bits of entropy per character',
  triggers: ['secret_access_key', 'secretaccesskey', 'aws_secret', 'aws-secret', 'secret access key'],
  verify(cursor, _start, end) {
    const name = cursor.run(end, WORD | DASH, 24)
    const value = assigned(cursor, name)
    if (value === undefined || value.to - value.from !== 40) return false
    const text = cursor.slice(value.from, value.to)
    return /^[A-Za-z0-9+/]{40}$/.test(text) && entropy(text) >= 4 && cursor.match(value.from, value.to)
  },
})

/** Secrets that only their surroundings give away. */
export const credentials: readonly Kind[] = [awsSecret, authorization, password, keyAssignment]
