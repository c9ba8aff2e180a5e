import type { JWK } from 'jose'
import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Principal } from '../core/principal.ts'
import type { Fetch } from '../lib/fetch-json.ts'
import type { JsonObject } from '../lib/json-object.ts'
import { algorithmFacts, asymmetricAlgorithms, isSymmetric } from './algorithms.ts'
import { attributesOf, authInfoOf, type CheckedClaims, type ClaimRules, checkClaims, isForeignToken, normaliseType } from './claims.ts'
import { claimedIssuer } from './compact.ts'
import type { ProofOptions } from './dpop.ts'
import { type KeyInput, type KeySource, keysOfSet, setSource, staticKeys } from './keys.ts'
import { remoteKeys } from './remote-keys.ts'
import { SignedTokens } from './signed-token.ts'
import type { TokenCacheOptions } from './token-cache.ts'
import type { Accepted, Presented, Verifier } from './verifier.ts'

export interface JwtOptions {
  /** Exact `iss`. Without keys of any kind, its metadata (RFC 8414, OpenID Connect Discovery) says where the keys are. */
  readonly issuer: string
  /** Exact `aud`: normally the canonical URI of this server. Several are alternatives. */
  readonly audience: string | readonly string[]
  /** Where the issuer's JWK Set is. https, or http to this machine. */
  readonly jwksUrl?: string | undefined
  /** The JWK Set itself. */
  readonly jwks?: { readonly keys: readonly JWK[] } | undefined
  /** Single keys: JWK, WebCrypto key, PEM, platform key, or bytes of a shared secret. */
  readonly keys?: KeyInput | readonly KeyInput[] | undefined
  /** Accepted algorithms. Default: every asymmetric one. HS256, HS384, HS512 must be named, take only secrets in `keys`, and mix with nothing. */
  readonly algorithms?: readonly string[] | undefined
  /** Allowed clock difference for `exp`, `nbf`, `iat`. Default 5,000, at most 300,000. */
  readonly clockToleranceMs?: number | undefined
  /** For one attempt at the key server. Default 5,000. */
  readonly timeoutMs?: number | undefined
  /** Least time between attempts at the key server. Default 30,000. */
  readonly cooldownMs?: number | undefined
  /** How long a fetched key set is used before it is fetched again. Default 600,000. */
  readonly maxAgeMs?: number | undefined
  /** How old a key set may become while the key server fails. Default 3,600,000. */
  readonly staleMs?: number | undefined
  /** Claims that must be there, besides `iss`, `aud`, `sub`, `exp`. */
  readonly requiredClaims?: readonly string[] | undefined
  /** Oldest `iat` accepted. Default: any. */
  readonly maxTokenAgeMs?: number | undefined
  /** Accepted `typ` (lower case, without `application/`). Default `at+jwt`, `jwt` and none. */
  readonly types?: readonly string[] | undefined
  /** Reads the token from this header, bare, instead of `Authorization`: `cf-access-jwt-assertion`. */
  readonly header?: string | undefined
  /** Proof of possession by DPoP (RFC 9449). A token bound to a key is never accepted without proof, whatever stands here. */
  readonly dpop?: ProofOptions | undefined
  /** What kind of caller the claims describe. Default: `service` when `sub` is the client itself, else `user`. */
  readonly kind?: ((claims: JsonObject) => Principal['kind']) | undefined
  readonly cache?: TokenCacheOptions | undefined
  readonly fetch?: Fetch | undefined
}

/**
 * Access tokens that are signed JWTs (RFC 9068, RFC 8725).
 *
 * Pinned: issuer, audience, algorithms and where keys come from are the operator's; nothing in a token can add to them. `jku`, `x5u`, `jwk`, `x5c`
 * are never followed. Verified tokens are remembered up to 60 s, never beyond `exp`.
 *
 * @throws SafeMcpConfigError when options contradict each other.
 * @example jwt({ issuer: 'https://login.example.com/', audience: 'https://mcp.example.com/mcp' })
 */
export function jwt(options: JwtOptions): Verifier {
  checkKeys(options, optionNames, 'jwt')
  const algorithms = checkAlgorithms(options)
  const source = keySource(options, algorithms)
  const rules = claimRules(options)
  const types = options.types ?? ['at+jwt', 'jwt']
  const header = options.header?.toLowerCase()
  const tokens = new SignedTokens({
    algorithms,
    dpop: options.dpop,
    cache: options.cache,
    judge({ header: { typ: rawType }, payload }, now) {
      const typ = normaliseType(rawType)
      if (typ !== undefined && !types.includes(typ)) return 'not an access token'
      if (options.types === undefined && isForeignToken(typ, payload)) return 'not an access token'
      const claims = checkClaims(payload, rules, now)
      return typeof claims === 'string' ? claims : { source, claims }
    },
    accept: (token, { payload }, claims) => accept(token, payload, claims, options),
  })

  function tokenOf({ request, scheme, token }: Presented): string | undefined {
    if (header === undefined) return scheme === 'bearer' || scheme === 'dpop' ? token : undefined
    const field = request.headers.single(header)
    return field === 'conflict' ? undefined : field?.value
  }

  return {
    name: 'jwt',
    scheme: 'Bearer',
    issuer: options.issuer,
    dpopAlgorithms: options.dpop === undefined ? undefined : (options.dpop.algorithms ?? asymmetricAlgorithms),
    headers: header === undefined ? undefined : [header],
    recognises(presented) {
      if (header !== undefined) return presented.request.headers.has(header)
      const token = tokenOf(presented)
      if (token === undefined) return false
      return tokens.knows(token, presented.clock.now()) || claimedIssuer(token) === options.issuer
    },
    verify: (presented) => tokens.verify(tokenOf(presented), presented),
  }
}

function accept(token: string, payload: JsonObject, claims: CheckedClaims, options: JwtOptions): Accepted {
  const { subject, scopes, actors, confirmation, expiresAt } = claims
  const clientId = typeof payload.client_id === 'string' ? payload.client_id : typeof payload.azp === 'string' ? payload.azp : subject
  const principal: Principal = Object.freeze({
    id: `jwt:${options.issuer}#${subject}`,
    kind: options.kind?.(payload) ?? (payload.client_id === subject ? 'service' : 'user'),
    provider: 'jwt',
    issuer: options.issuer,
    subject,
    scopes: Object.freeze([...scopes]),
    attributes: attributesOf(payload),
    chain: Object.freeze([...actors]),
    expiresAt,
    assurance: confirmation === undefined ? 'bearer' : 'proof-of-possession',
  })
  const audience = typeof options.audience === 'string' ? options.audience : options.audience[0]
  return { ok: true, principal, authInfo: authInfoOf(principal, token, clientId, audience) }
}

function checkAlgorithms(options: JwtOptions): readonly string[] {
  const algorithms = options.algorithms ?? asymmetricAlgorithms
  const fault = (message: string) => new SafeMcpConfigError({ code: 'invalid_option', path: 'jwt.algorithms', message })
  if (algorithms.length === 0) throw fault('must name at least one algorithm.')
  for (const alg of algorithms) if (algorithmFacts(alg) === undefined) throw fault('holds an algorithm that is not known or not safe.')
  if (algorithms.some(isSymmetric)) {
    if (!algorithms.every(isSymmetric))
      throw fault('mixes shared-secret and public-key algorithms: a public key could then be used as the secret.')
    if (options.keys === undefined) throw fault('names shared-secret algorithms, which work with `keys` only, never with a JWK Set.')
  }
  return algorithms
}

function keySource(options: JwtOptions, algorithms: readonly string[]): KeySource {
  const given = [options.jwksUrl, options.jwks, options.keys].filter((entry) => entry !== undefined)
  if (given.length > 1) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'jwt', message: 'takes one of `jwksUrl`, `jwks` and `keys`.' })
  }
  if (options.keys !== undefined) {
    const list = Array.isArray(options.keys) ? (options.keys as readonly KeyInput[]) : [options.keys as KeyInput]
    if (list.length === 0)
      throw new SafeMcpConfigError({ code: 'invalid_option', path: 'jwt.keys', message: 'must hold at least one key.' })
    return staticKeys(list, algorithms, 'jwt.keys')
  }
  if (options.jwks !== undefined) return localSet(options.jwks, algorithms)
  const place = options.jwksUrl === undefined ? { issuer: options.issuer } : { url: options.jwksUrl }
  return remoteKeys(place, options, options.jwksUrl === undefined ? 'jwt.issuer' : 'jwt.jwksUrl')
}

function localSet(jwks: { readonly keys: readonly JWK[] }, algorithms: readonly string[]): KeySource {
  const keys = keysOfSet(jwks)?.filter((key) => algorithms.some((alg) => key.fits(alg))) ?? []
  if (keys.length === 0) {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'jwt.jwks',
      message: 'holds no public signature key for the allowed algorithms.',
    })
  }
  return setSource(keys, 'match')
}

function claimRules(options: JwtOptions): ClaimRules {
  const { issuer, audience, clockToleranceMs = 5000, maxTokenAgeMs, requiredClaims = [] } = options
  const fault = (path: string, message: string) => new SafeMcpConfigError({ code: 'invalid_option', path: `jwt.${path}`, message })
  if (typeof issuer !== 'string' || issuer === '') throw fault('issuer', 'must be the exact `iss` of the tokens.')
  const audiences = typeof audience === 'string' ? [audience] : audience
  if (!Array.isArray(audiences) || audiences.length === 0 || audiences.some((entry) => typeof entry !== 'string' || entry === '')) {
    throw fault('audience', 'must name this server as the tokens do. Without it any token of the issuer would be accepted.')
  }
  if (!(clockToleranceMs >= 0 && clockToleranceMs <= 300_000)) throw fault('clockToleranceMs', 'must be between 0 and 300,000.')
  return { issuer, audiences, clockToleranceMs, maxTokenAgeMs, requiredClaims }
}

const optionNames = [
  'issuer',
  'audience',
  'jwksUrl',
  'jwks',
  'keys',
  'algorithms',
  'clockToleranceMs',
  'timeoutMs',
  'cooldownMs',
  'maxAgeMs',
  'staleMs',
  'requiredClaims',
  'maxTokenAgeMs',
  'types',
  'header',
  'dpop',
  'kind',
  'cache',
  'fetch',
]
