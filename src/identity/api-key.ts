import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Principal } from '../core/principal.ts'
import { decodeBase64url, encodeBase64url } from '../lib/base64url.ts'
import { withDeadline } from '../lib/deadline.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { sha256, sha256Hex } from '../lib/sha256.ts'
import { timingSafeEqual } from '../lib/timing-safe-equal.ts'
import { authInfoOf } from './claims.ts'
import { isVisible, maxCredentialLength } from './credential.ts'
import { type Accepted, type Presented, refuse, type Verifier } from './verifier.ts'

/** One key, as it is stored: never the key itself. Rotation: list the new one beside the old, give the old an `expiresAt`. */
export interface ApiKeyRecord {
  /** Names the key in the audit trail and when it is withdrawn. Unique. */
  readonly id: string
  /** SHA-256 of the key in hexadecimal or base64url: `hashApiKey(key)`. */
  readonly hash: string
  /** Who holds it: id of the principal, or more about it. Several keys may name the same principal. */
  readonly principal:
    | string
    | { readonly id: string; readonly kind?: Principal['kind']; readonly attributes?: Readonly<Record<string, unknown>> }
  readonly scopes?: readonly string[] | undefined
  /** Unix time in ms, ISO 8601, or a Date. Default: never. */
  readonly expiresAt?: number | string | Date | undefined
}

export interface ApiKeyOptions {
  /** The keys, when they are few and known. One of `keys` and `find`. */
  readonly keys?: readonly ApiKeyRecord[] | undefined
  /**
   * Looks a record up by the hash of the key (SHA-256, lower-case hexadecimal): for keys in a database. Undefined: no such key. Rejecting, or no
   * answer within `timeoutMs`, means 503. Nothing is remembered: a key you withdraw stops at once.
   */
  readonly find?: ((hash: string) => MaybePromise<ApiKeyRecord | undefined>) | undefined
  /** For `find`. Default 2,000. */
  readonly timeoutMs?: number | undefined
  /**
   * Header that carries the key. `authorization` means `Bearer <key>`. Default: `x-api-key`, and `Authorization: Bearer` when what stands
   * there is one of the keys, since many MCP clients can set nothing else.
   */
  readonly header?: string | undefined
}

interface Held {
  readonly digest: Uint8Array
  readonly expiresAt: number
  readonly accepted: Accepted
}

/**
 * Long random keys, known by their hash. SHA-256 without salt is right for keys with 128 bits of chance or more (`generateApiKey`), and
 * wrong for anything a human thought of.
 *
 * @throws SafeMcpConfigError on a malformed or repeated record, and without `keys` or `find`.
 */
export function apiKey(options: ApiKeyOptions): Verifier {
  const given: unknown = options
  checkKeys(given, optionNames, 'apiKey')
  const lookup = options.find === undefined ? listed(options.keys) : searched(options)
  const header = options.header?.toLowerCase()
  const ownHeader = header === 'authorization' ? undefined : (header ?? 'x-api-key')
  const bearerOf = (presented: Presented) => (presented.scheme === 'bearer' ? presented.token : undefined)

  return {
    name: 'api-key',
    scheme: 'Bearer',
    headers: ownHeader === undefined ? undefined : [ownHeader],
    recognises(presented) {
      if (ownHeader !== undefined && presented.request.headers.has(ownHeader)) return true
      const bearer = bearerOf(presented)
      if (bearer === undefined || (header !== undefined && header !== 'authorization')) return false
      return header === 'authorization' || lookup.holds(bearer)
    },
    verify(presented) {
      const field = ownHeader === undefined ? undefined : presented.request.headers.single(ownHeader)
      if (field === 'conflict') return refuse('more than one API key')
      const key = field?.value ?? bearerOf(presented)
      if (key === undefined || key.length > maxCredentialLength || !isVisible(key)) return refuse('malformed API key')
      return andThen(lookup.find(key), (found) => {
        if (found === 'unavailable') return refuse('the key store does not answer', { code: 'provider_unavailable', retryAfter: 1 })
        if (found === undefined) return refuse('unknown API key')
        if (found.expiresAt <= presented.clock.now()) return refuse('expired API key')
        return { ...found.accepted, authInfo: { ...found.accepted.authInfo, token: key } }
      })
    },
  }
}

interface KeyLookup {
  /** Whether this is one of the keys, where that can be told at once. */
  holds(key: string): boolean
  find(key: string): MaybePromise<Held | undefined | 'unavailable'>
}

function listed(records: readonly ApiKeyRecord[] | undefined): KeyLookup {
  const held = hold(records)
  /** Looks at every record whatever was found, so that time does not tell which came close. */
  function find(key: string): Held | undefined {
    const digest = sha256(key)
    let found: Held | undefined
    for (const entry of held) if (timingSafeEqual(entry.digest, digest)) found = entry
    return found
  }
  return { find, holds: (key) => find(key) !== undefined }
}

function searched({ find, keys, timeoutMs = 2000 }: ApiKeyOptions): KeyLookup {
  if (keys !== undefined || typeof find !== 'function') {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'apiKey.find',
      message: 'must be a function, and stands in place of `keys`.',
    })
  }
  return {
    holds: () => false,
    async find(key) {
      const hash = hashApiKey(key)
      try {
        const record = await withDeadline(timeoutMs, async () => find(hash))
        const [found] = record === undefined ? [] : hold([record])
        // Trust, but look: a query that ignores letter case or compares a prefix would let others in.
        return found !== undefined && timingSafeEqual(found.digest, sha256(key)) ? found : undefined
      } catch {
        return 'unavailable'
      }
    },
  }
}

/** What to store in place of a key: its SHA-256 in hexadecimal. */
export function hashApiKey(key: string): string {
  return sha256Hex(key)
}

/** A new key with 256 bits of chance, to be shown once, and the hash to store. */
export function generateApiKey(prefix = 'sk'): { key: string; hash: string } {
  const key = `${prefix}_${encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))}`
  return { key, hash: hashApiKey(key) }
}

function hold(records: readonly ApiKeyRecord[] | undefined): readonly Held[] {
  const fault = (index: number, what: string, message: string) =>
    new SafeMcpConfigError({ code: 'invalid_option', path: `apiKey.keys[${index}].${what}`, message })
  if (!Array.isArray(records))
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'apiKey.keys', message: 'must be a list of records.' })
  const ids = new Set<string>()
  const hashes = new Set<string>()
  return records.map((record: ApiKeyRecord, index) => {
    checkKeys(record, recordNames, `apiKey.keys[${index}]`)
    if (typeof record.id !== 'string' || record.id === '' || ids.has(record.id))
      throw fault(index, 'id', 'must be a unique, non-empty name.')
    ids.add(record.id)
    const digest = readDigest(record.hash)
    if (digest === undefined) throw fault(index, 'hash', 'must be a SHA-256 in hexadecimal or base64url, as `hashApiKey(key)` makes it.')
    const text = encodeBase64url(digest)
    if (hashes.has(text)) throw fault(index, 'hash', 'belongs to another record already.')
    hashes.add(text)
    const expiresAt = readTime(record.expiresAt)
    if (Number.isNaN(expiresAt)) throw fault(index, 'expiresAt', 'must be a time in ms, an ISO 8601 text or a Date.')
    const { id, kind, attributes } = holderOf(record.principal)
    if (typeof id !== 'string' || id === '') throw fault(index, 'principal', 'must name who holds the key.')
    const principal: Principal = Object.freeze({
      id,
      kind: kind ?? 'service',
      provider: 'api-key',
      subject: id,
      scopes: Object.freeze([...(record.scopes ?? [])]),
      attributes: Object.freeze({ ...attributes, keyId: record.id }),
      chain: Object.freeze([]),
      expiresAt: Number.isFinite(expiresAt) ? expiresAt : undefined,
      assurance: 'bearer',
    })
    return { digest, expiresAt, accepted: { ok: true, principal, authInfo: authInfoOf(principal, '', record.id, undefined) } }
  })
}

function holderOf(principal: ApiKeyRecord['principal']): Exclude<ApiKeyRecord['principal'], string> {
  return typeof principal === 'string' ? { id: principal } : principal
}

function readDigest(hash: unknown): Uint8Array | undefined {
  if (typeof hash !== 'string') return undefined
  const text = hash.startsWith('sha256:') ? hash.slice(7) : hash
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
  const bytes = decodeBase64url(text)
  return bytes?.length === 32 ? bytes : undefined
}

function readTime(time: ApiKeyRecord['expiresAt']): number {
  if (time === undefined) return Number.POSITIVE_INFINITY
  return typeof time === 'number' ? time : new Date(time).getTime()
}

const optionNames = ['keys', 'find', 'timeoutMs', 'header']
const recordNames = ['id', 'hash', 'principal', 'scopes', 'expiresAt']
