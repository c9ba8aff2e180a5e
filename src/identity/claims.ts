import type { AuthInfo, Principal } from '../core/principal.ts'
import type { JsonObject } from '../lib/json-object.ts'

export interface ClaimRules {
  /** Exact `iss`. Undefined where the kind of token has none (SPIFFE). */
  readonly issuer: string | undefined
  /** One of these must be among the token's audiences, character by character. */
  readonly audiences: readonly string[]
  readonly clockToleranceMs: number
  /** Oldest `iat` accepted; makes `iat` required. */
  readonly maxTokenAgeMs?: number | undefined
  readonly requiredClaims: readonly string[]
}

export interface CheckedClaims {
  readonly subject: string
  readonly scopes: readonly string[]
  /** Unix time in ms. */
  readonly expiresAt: number
  /** RFC 8693 `act`, outermost actor first. */
  readonly actors: readonly string[]
  readonly confirmation: Confirmation | undefined
}

/** What the holder of a token must prove besides having it (RFC 7800). */
export interface Confirmation {
  /** Thumbprint of the DPoP key (RFC 9449). */
  readonly jkt?: string | undefined
  /** SHA-256 of the client certificate (RFC 8705). */
  readonly x5tS256?: string | undefined
}

/** Seconds: 9999-12-31. Later dates are mistakes or 1e400. */
const lastSecond = 253_402_300_799
const maxActors = 8

/**
 * Checks registered claims with strict types (RFC 7519, RFC 9068). Gives the reason for refusing as a fixed sentence.
 *
 * `exp`, `aud`, `sub` and, where there are issuers, `iss` are always required. No value is converted: `exp: "9999999999"` is not a number.
 */
export function checkClaims(claims: JsonObject, rules: ClaimRules, now: number): CheckedClaims | string {
  const { iss, aud, sub, client_id: clientId } = claims
  if (rules.issuer !== undefined && iss !== rules.issuer) return 'wrong issuer'
  const audiences = typeof aud === 'string' ? [aud] : aud
  if (!Array.isArray(audiences) || !audiences.every((entry) => typeof entry === 'string')) return 'malformed audience'
  if (!audiences.some((entry) => rules.audiences.includes(entry))) return 'wrong audience'
  if (!isName(sub)) return 'no subject'
  if (clientId !== undefined && !isName(clientId)) return 'malformed client_id'

  const { exp, nbf, iat } = claims
  if (!isTime(exp)) return 'no valid exp'
  if (exp * 1000 + rules.clockToleranceMs <= now) return 'expired'
  if (nbf !== undefined && !isTime(nbf)) return 'malformed nbf'
  if (nbf !== undefined && nbf * 1000 - rules.clockToleranceMs > now) return 'not valid yet'
  if (iat !== undefined && !isTime(iat)) return 'malformed iat'
  if (iat !== undefined && iat * 1000 - rules.clockToleranceMs > now) return 'issued in the future'
  if (rules.maxTokenAgeMs !== undefined) {
    if (iat === undefined) return 'no iat'
    if (iat * 1000 + rules.maxTokenAgeMs + rules.clockToleranceMs <= now) return 'too old'
  }
  for (const name of rules.requiredClaims) if (!Object.hasOwn(claims, name) || claims[name] === null) return 'a required claim is missing'

  const scopes = readScopes(claims)
  const actors = readActors(claims.act)
  const confirmation = readConfirmation(claims.cnf)
  if (scopes === undefined) return 'malformed scope'
  if (actors === undefined) return 'malformed act'
  if (confirmation === null) return 'unknown confirmation method'
  return { subject: sub, scopes, expiresAt: exp * 1000, actors, confirmation }
}

/** Payload members that mark a token as something else than an access token, by value (undefined: by being there). */
const foreign: readonly (readonly [claim: string, values: readonly string[] | undefined])[] = [
  ['at_hash', undefined], // OpenID Connect ID token
  ['c_hash', undefined],
  ['s_hash', undefined],
  ['events', undefined], // logout token, security event token (RFC 8417)
  ['token_use', ['id', 'refresh']], // Cognito
  ['typ', ['ID', 'Refresh', 'Offline', 'Logout', 'Registration-Access-Token', 'Initial-Access-Token']], // Keycloak
  ['htm', undefined], // DPoP proof
  ['htu', undefined],
  ['_claim_names', undefined], // aggregated ID token
]

/**
 * True for an ID token, logout token, DPoP proof and other signed things that the same issuer makes with the same key: a client that gets one
 * of those must not be able to use it as an access token. `nonce` marks an ID token unless the token says that it is an access token.
 */
export function isForeignToken(typ: string | undefined, claims: JsonObject): boolean {
  for (const [claim, values] of foreign) {
    if (Object.hasOwn(claims, claim) && (values === undefined || values.includes(String(claims[claim])))) return true
  }
  const saysAccess = typ === 'at+jwt' || claims.typ === 'Bearer' || claims.token_use === 'access'
  return Object.hasOwn(claims, 'nonce') && !saysAccess
}

/** `JWT`, `at+jwt` or nothing (RFC 9068, RFC 8725 section 3.11). Media types ignore case and may carry `application/`. */
export function normaliseType(typ: string | undefined): string | undefined {
  if (typ === undefined) return undefined
  const lower = typ.toLowerCase()
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower
}

/** `scope` (space separated, RFC 8693), or `scp` (string or list). Undefined when malformed. */
export function readScopes(claims: JsonObject): readonly string[] | undefined {
  const value = claims.scope ?? claims.scp
  if (value === undefined) return []
  const list = typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : value
  return Array.isArray(list) && list.length <= 1000 && list.every((scope) => typeof scope === 'string')
    ? [...new Set<string>(list)]
    : undefined
}

function readActors(act: unknown): readonly string[] | undefined {
  const actors: string[] = []
  for (let next = act; next !== undefined; ) {
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return undefined
    const { sub, act: inner } = next as JsonObject
    if (!isName(sub) || actors.length === maxActors) return undefined
    actors.push(sub)
    next = inner
  }
  return actors
}

/** Null when the token is bound in a way we cannot check: treating it as a bearer token would undo the binding. */
function readConfirmation(cnf: unknown): Confirmation | undefined | null {
  if (cnf === undefined) return undefined
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return null
  const names = Object.keys(cnf)
  const { jkt, 'x5t#S256': x5tS256 } = cnf as JsonObject
  const known = names.every((name) => name === 'jkt' || name === 'x5t#S256')
  if (!known || names.length === 0 || !isThumbprint(jkt) || !isThumbprint(x5tS256)) return null
  return { jkt, x5tS256 }
}

function isThumbprint(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.length === 43)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 1024
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= lastSecond
}

const registered = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'scp', 'act', 'cnf', 'nonce'])

/** The claims policy may look at: everything that is not registered protocol, without a prototype. */
export function attributesOf(claims: JsonObject): Readonly<Record<string, unknown>> {
  const attributes: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(claims)) if (!registered.has(name)) attributes[name] = value
  return Object.freeze(attributes)
}

/** The SDK's view of a principal. */
export function authInfoOf(principal: Principal, token: string, clientId: string, resource: string | undefined): AuthInfo {
  const expires = principal.expiresAt === undefined ? {} : { expiresAt: Math.floor(principal.expiresAt / 1000) }
  const bound = resource !== undefined && URL.canParse(resource) ? { resource: new URL(resource) } : {}
  return {
    token,
    clientId,
    scopes: [...principal.scopes],
    ...expires,
    ...bound,
    extra: { subject: principal.subject, principalId: principal.id },
  }
}
