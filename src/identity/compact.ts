import { decodeBase64url } from '../lib/base64url.ts'
import { readJson } from '../lib/json.ts'
import { isObject, type JsonObject } from '../lib/json-object.ts'
import { maxCredentialLength } from './credential.ts'

/** Header of a signed token, after the checks that do not need a key. */
export interface TokenHeader {
  readonly alg: string
  readonly kid?: string | undefined
  readonly typ?: string | undefined
  /** The whole header. `jku`, `x5u`, `jwk` and `x5c` may stand in it: nothing here ever follows or believes them. */
  readonly raw: JsonObject
}

export interface CompactToken {
  readonly header: TokenHeader
  readonly payload: JsonObject
}

export type CompactResult = { readonly ok: true; readonly token: CompactToken } | { readonly ok: false; readonly reason: string }

const limits = { maxDepth: 32, maxNodes: 2000 }

/** True for three non-empty parts between two dots: the shape of a JWS in compact form. Encrypted tokens have five. */
export function looksLikeJws(token: string): boolean {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  return first > 0 && second > first + 1 && second < token.length - 1 && token.indexOf('.', second + 1) < 0
}

/**
 * Parses a JWS in compact form (RFC 7515 section 7.1) without believing it.
 *
 * One spelling per token: base64url without padding and with zero trailing bits (otherwise one token has several texts, and a deny
 * list or cache keyed by text can be walked around), UTF-8 JSON objects without duplicate keys. `crit` is refused whatever it lists,
 * since we understand no extension, and so is `b64`.
 */
export function parseCompact(token: string): CompactResult {
  if (!looksLikeJws(token)) return fault('not a signed token')
  const [first, second, third] = token.split('.') as [string, string, string]
  const header = part(first)
  const payload = part(second)
  if (header === undefined || payload === undefined || decodeBase64url(third) === undefined) return fault('malformed token')
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || alg === '') return fault('no algorithm')
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > 512)) return fault('malformed key id')
  if (typ !== undefined && typeof typ !== 'string') return fault('malformed type')
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return fault('critical extensions are not understood')
  return { ok: true, token: { header: { alg, kid, typ, raw: header }, payload } }
}

/** The `iss` a token claims, unverified: only good for choosing who judges it. */
export function claimedIssuer(token: string): string | undefined {
  return claimed(token, 'iss')
}

/** The `sub` a token claims, unverified. */
export function claimedSubject(token: string): string | undefined {
  return claimed(token, 'sub')
}

function claimed(token: string, claim: string): string | undefined {
  if (token.length > maxCredentialLength || !looksLikeJws(token)) return undefined
  const from = token.indexOf('.') + 1
  const value = part(token.slice(from, token.indexOf('.', from)))?.[claim]
  return typeof value === 'string' ? value : undefined
}

function part(text: string): JsonObject | undefined {
  const bytes = decodeBase64url(text)
  const json = bytes === undefined ? undefined : readJson(bytes, limits)
  if (json?.ok !== true) return undefined
  const { value } = json
  return isObject(value) ? value : undefined
}

function fault(reason: string): CompactResult {
  return { ok: false, reason }
}
