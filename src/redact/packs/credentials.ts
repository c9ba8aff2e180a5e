import { namedSecrets } from '../../rules/secrets-named.ts'
import { entropy } from '../checks/entropy.ts'
import { ALPHA, BASE64, classOf, DASH, DOT, PRINTABLE, SPACE, UNDERSCORE, WORD } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'
import { isPlaceholder } from '../kinds/credentials.ts'
import { matchShape, parseShape } from '../kinds/secrets.ts'

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
  /** The first `"` before that, or that: in raw JSON it may be where the text ends, when other quotes do not close. */
  readonly shortTo: number
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
  let short = -1
  for (; i < from + MAX_VALUE; i++) {
    const code = cursor.at(i)
    if (code === 34 && short < 0) short = i
    if (code < 33 || code === close || code === 92) break
    if (!quoted && (code === 44 || code === 59 || code === 34 || code === 39 || code === 38 || code === 41 || code === 125)) break
  }
  const shortTo = short < 0 ? i : short
  const to = i < from + MAX_VALUE ? i : shortTo
  return to > from && to < from + MAX_VALUE ? { from, to, shortTo, quoted } : undefined
}

/** What reads like code or prose rather than a value: a call, a variable, a type, a word. */
const codeLike =
  /^(?:process\.|os\.|env[.[(]|self\.|this\.|req\.|config\.|null$|none$|true$|false$|undefined$|string$|str$|any$|required$|optional$|[A-Za-z_.]+[([])/i

/** `"a-password": "1.2.1"` in a list of packages; `cert.passphrase` in code. */
const version = /^[~^]?\d+(?:\.\d+)+$/
const member = /^[a-z_$][\w$]*(?:\.[a-z_$][\w$]*)+$/i

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
    return (value.quoted ? !version.test(text) : /[^A-Za-z]/.test(text) && !member.test(text)) && cursor.match(value.from, value.to)
  },
})

const MIN_ENTROPY = 3

/** Reads like random characters: digits and letters mixed in one stretch, as in no `name-1.2`, and not the same few over and over. */
function isRandom(text: string): boolean {
  if (entropy(text) < MIN_ENTROPY) return false
  return text.split(/[-._]/).some((part) => part.length >= 6 && /\d/.test(part) && /[A-Za-z]/.test(part))
}

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
    'sixteen characters or more of one alphabet, letters and digits mixed in one stretch, at least 3 bits of entropy per character; no placeholder, hash name or path',
  triggers: ['key', 'token', 'secret', 'auth', 'credential', 'credentials', 'apikey'],
  verify(cursor, start, end) {
    if (cursor.is(end, WORD) || isPublic(cursor, start)) return false
    const value = assigned(cursor, end)
    if (value === undefined) return false
    const { from, shortTo } = value
    const text = cursor.slice(from, shortTo)
    if (text.length < 16 || text.length > 200 || cursor.run(from, BASE64 | DASH | UNDERSCORE | DOT, MAX_VALUE) !== shortTo) return false
    return isRandom(text) && !isPlaceholder(text) && !codeLike.test(text) && cursor.match(from, shortTo)
  },
})

const authorization = secret({
  name: 'authorization-header',
  label: '[CREDENTIALS_REDACTED]',
  what: '`Authorization: Bearer \u2026`, `Token \u2026`, `curl -u user:password`',
  validator: 'twelve characters or more that hold digits and letters; of curl, what is no example and no pair of numbers',
  triggers: ['bearer ', 'authorization:', ' -u ', '--user '],
  verify(cursor, start, end) {
    if (cursor.readsAnyCase(start, 'bearer')) return token(cursor, end)
    if (!cursor.readsAnyCase(start, 'authorization')) return userPassword(cursor, cursor.run(end, SPACE, 4))
    // A scheme, if there is one: `Token`, `Api-Token`, `Bearer`.
    const value = cursor.run(end, SPACE, 4)
    const scheme = cursor.run(value, ALPHA | DASH, 20)
    return token(cursor, scheme > value && cursor.at(scheme) === 32 ? scheme + 1 : value)
  },
})

/** Twelve characters or more that hold digits and letters. */
function token(cursor: Cursor, at: number): boolean {
  const to = cursor.run(at, WORD | DASH | DOT | BASE64, 4096)
  const text = cursor.slice(at, Math.min(to, at + 64))
  return to - at >= 12 && /\d/.test(text) && /[A-Za-z]/.test(text) && !isPlaceholder(text) && cursor.match(at, to)
}

/** Words that stand in examples for a password. */
const exampleWord = /^(?:pass|passwd|password|token|secret|test|xxx|yyy)$/i

const NUMBER = /^\d{1,5}$/

/** `user:password`, `"user:password"`, `user:'password'`, `key:` and `:password` as curl takes them; `1000:1000` and `node:node` are docker's. */
function userPassword(cursor: Cursor, at: number): boolean {
  const end = (from: number, colon: boolean): number => {
    let i = from
    while (i < from + 256 && (classOf(cursor.at(i)) & PRINTABLE) !== 0 && !isQuote(cursor.at(i)) && !(colon && cursor.at(i) === 58)) i++
    return i
  }
  const from = isQuote(cursor.at(at)) ? at + 1 : at
  let colon = end(from, true)
  // `"user":"password"`
  if (isQuote(cursor.at(colon)) && cursor.at(colon + 1) === 58) colon++
  if (cursor.at(colon) !== 58) return false
  const quoted = isQuote(cursor.at(colon + 1))
  const value = quoted ? colon + 2 : colon + 1
  const to = end(value, false)
  const user = cursor.slice(from, colon)
  if (/^[$<]/.test(user)) return false
  const isSecret = (text: string): boolean =>
    text.length >= 3 && !text.startsWith('//') && !exampleWord.test(text) && !isPlaceholder(text) && !NUMBER.test(text)
  const password = cursor.slice(value, to)
  if (isSecret(password) && password !== user) return cursor.match(value, to)
  // `key:` has no password: the key is the user. In raw JSON the quote after it may be where the text ends.
  return (to === value || quoted) && user.length >= 8 && /\d/.test(user) && isSecret(user) && cursor.match(from, colon)
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
    if (value === undefined || value.shortTo - value.from !== 40) return false
    const text = cursor.slice(value.from, value.shortTo)
    return /^[A-Za-z0-9+/]{40}$/.test(text) && entropy(text) >= 4 && cursor.match(value.from, value.shortTo)
  },
})

/** By name of an issuer, the shapes of its keys. */
const byName = new Map(
  namedSecrets.flatMap(([names, ...values]) => names.split(' ').map((name) => [name, values.map(parseShape)] as const)),
)

const MAX_NAME = 24

/** Says that what follows is a key, where its shape alone would be a hash, an id or a word. */
const keyWord = /key|token|secret|auth|pass|pwd|cred|api/i
const hashLike = /^(?:[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

const named = secret({
  name: 'named-key',
  label: '[KEY_REDACTED]',
  what: 'keys after the name of their issuer, which have no mark of their own: Algolia, Cloudflare, Datadog, Okta, Twitter and more than fifty others',
  validator:
    'alphabet and length of that issuer, letters and digits mixed, at least 3 bits of entropy per character; hashes, UUIDs and short values only where "key", "token" or the like says so',
  triggers: [...byName.keys()],
  verify(cursor, start, end) {
    const shapes = byName.get(cursor.slice(start, end).toLowerCase())
    const name = cursor.run(end, WORD | DASH | DOT | SPACE, MAX_NAME)
    const value = afterSign(cursor, name)
    if (shapes === undefined || value < 0) return false
    // "okta" is no part of "rookTable".
    if (end - start < 6 && !(cursor.opens(start, ALPHA) && cursor.closes(end, ALPHA))) return false
    const said = keyWord.test(cursor.slice(Math.max(0, start - MAX_NAME), name))
    return shapes.some((shape) => {
      if (!matchShape(cursor, value, shape) || !cursor.closes(cursor.to, WORD | DASH | DOT | BASE64)) return false
      const text = cursor.slice(value, cursor.to)
      return isRandom(text) && (said || (text.length >= 20 && !hashLike.test(text)))
    })
  },
})

/** Past `=`, `:`, `=>`, `,` and the like, with quotes and blanks around; -1 where none stands. */
function afterSign(cursor: Cursor, at: number): number {
  const quotes = (from: number): number => {
    let i = from
    while (i < from + 4 && (cursor.is(i, SPACE) || isQuote(cursor.at(i)))) i++
    return i
  }
  const sign = quotes(at)
  let i = sign
  while (i < sign + 4 && '=:>,|?'.includes(String.fromCharCode(Math.max(0, cursor.at(i))))) i++
  return i === sign ? -1 : quotes(i)
}

const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96

/** Secrets that only their surroundings give away. */
export const credentials: readonly Kind[] = [awsSecret, authorization, password, keyAssignment, named]
