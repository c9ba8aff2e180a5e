import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Principal } from '../core/principal.ts'
import { encodeBase64 } from '../lib/base64url.ts'
import { CircuitBreaker } from '../lib/circuit-breaker.ts'
import { type Fetch, fetchJson, isTrustworthyUrl } from '../lib/fetch-json.ts'
import { isObject, type JsonObject } from '../lib/json-object.ts'
import { SingleFlight } from '../lib/single-flight.ts'
import { attributesOf, authInfoOf, type CheckedClaims, type ClaimRules, checkClaims } from './claims.ts'
import { looksLikeJws } from './compact.ts'
import { maxCredentialLength } from './credential.ts'
import type { ProofOptions } from './dpop.ts'
import { confirm } from './proof.ts'
import { TokenCache, type TokenCacheOptions } from './token-cache.ts'
import { type Accepted, type Refused, refuse, type Verifier } from './verifier.ts'

export interface IntrospectionOptions {
  /** The authorization server's introspection endpoint. https, or http to this machine. */
  readonly url: string
  /** Our own credentials there (HTTP Basic). */
  readonly clientId: string
  readonly clientSecret: string
  /** Its issuer: listed in the metadata; must match when the answer names one. */
  readonly issuer: string
  /** Exact `aud`, as in `jwt()`. `false` for a server whose tokens are all meant for us and whose answers do not say. */
  readonly audience: string | readonly string[] | false
  /** Asks for signed tokens too, not only for opaque ones. Default true. */
  readonly jwts?: boolean | undefined
  /** Default 5,000. */
  readonly clockToleranceMs?: number | undefined
  /** For one call. Default 2,000. */
  readonly timeoutMs?: number | undefined
  readonly requiredClaims?: readonly string[] | undefined
  readonly dpop?: ProofOptions | undefined
  /** How long answers are believed: 60 s at most unless you say otherwise, never beyond `exp`. The bound on noticing a revocation. */
  readonly cache?: TokenCacheOptions | undefined
  readonly fetch?: Fetch | undefined
}

interface Verified {
  readonly accepted: Accepted
  readonly claims: CheckedClaims
}

/** Answers that live as long as the cache lets them: what has no `exp` of its own. */
const withoutEnd = 253_402_300_799

/**
 * Opaque tokens, looked up at the authorization server (RFC 7662). One call per token however many requests wait; answers are cached;
 * after five failures in a row the server is left alone for ten seconds. No answer means 503, never a pass.
 *
 * @throws SafeMcpConfigError on a malformed URL or without an audience.
 */
export function introspection(options: IntrospectionOptions): Verifier {
  checkKeys(options, optionNames, 'introspection')
  const rules = claimRules(options)
  const cache = new TokenCache<Verified>(options.cache)
  const flight = new SingleFlight<Verified | Refused>()
  const breaker = new CircuitBreaker()
  const authorization = `Basic ${encodeBase64(new TextEncoder().encode(`${formEncode(options.clientId)}:${formEncode(options.clientSecret)}`))}`

  async function ask(token: string, now: number): Promise<Verified | Refused> {
    const waitMs = breaker.waitMs(now)
    if (waitMs > 0) return unavailable('the authorization server is left alone after failures', Math.ceil(waitMs / 1000))
    const answer = await fetchJson({
      url: options.url,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${formEncode(token)}&token_type_hint=access_token`,
      timeoutMs: options.timeoutMs ?? 2000,
      maxBytes: 65_536,
      fetch: options.fetch,
    })
    const claims = answer.ok && answer.status === 200 ? objectOf(answer.value) : undefined
    if (claims === undefined || typeof claims.active !== 'boolean') {
      breaker.failed(now)
      return unavailable(
        answer.ok ? 'the authorization server answers nonsense' : `the authorization server does not answer: ${answer.fault}`,
        1,
      )
    }
    breaker.succeeded()
    return claims.active ? judge(token, claims, now) : refused(token, 'inactive token', now)
  }

  function judge(token: string, answer: JsonObject, now: number): Verified | Refused {
    // `aud`, `exp` and `iss` are optional in an answer (RFC 7662 section 2.2); what is there must be right.
    const { audience } = options
    const claims: JsonObject = {
      ...answer,
      sub: answer.sub ?? answer.client_id,
      iss: answer.iss ?? options.issuer,
      exp: answer.exp ?? withoutEnd,
      aud: audience === false ? '*' : answer.aud,
    }
    const checked = checkClaims(claims, rules, now)
    if (typeof checked === 'string') return refused(token, checked, now)
    if (isDpop(answer.token_type) && checked.confirmation?.jkt === undefined) return refused(token, 'a DPoP token without a key', now)
    const expires = answer.exp === undefined ? undefined : checked.expiresAt
    const verified = { accepted: accept(token, answer, checked, expires, options), claims: checked }
    cache.put(token, verified, now, expires)
    return verified
  }

  function refused(token: string, reason: string, now: number): Refused {
    cache.putRefusal(token, reason, now)
    return refuse(reason)
  }

  return {
    name: 'introspection',
    scheme: 'Bearer',
    issuer: options.issuer,
    dpopAlgorithms: options.dpop?.algorithms,
    recognises: ({ scheme, token }) =>
      token !== undefined && (scheme === 'bearer' || scheme === 'dpop') && (options.jwts !== false || !looksLikeJws(token)),
    verify(presented) {
      const { token, clock } = presented
      if (token === undefined || token.length > maxCredentialLength) return refuse('no single token')
      const now = clock.now()
      const present = cache.get(token, now)
      if (present !== undefined) return confirm(present.accepted, present.claims.confirmation, token, presented, options.dpop)
      const refusal = cache.refusal(token, now)
      if (refusal !== undefined) return refuse(refusal)
      return flight
        .run(token, () => ask(token, now))
        .then((result) =>
          'accepted' in result ? confirm(result.accepted, result.claims.confirmation, token, presented, options.dpop) : result,
        )
    },
  }
}

function accept(
  token: string,
  answer: JsonObject,
  claims: CheckedClaims,
  expiresAt: number | undefined,
  options: IntrospectionOptions,
): Accepted {
  const { subject, scopes, actors, confirmation } = claims
  const clientId = typeof answer.client_id === 'string' ? answer.client_id : subject
  const principal: Principal = Object.freeze({
    id: `introspection:${options.issuer}#${subject}`,
    kind: answer.sub === undefined || answer.client_id === answer.sub ? 'service' : 'user',
    provider: 'introspection',
    issuer: options.issuer,
    subject,
    scopes: Object.freeze([...scopes]),
    attributes: attributesOf({ ...answer, active: undefined }),
    chain: Object.freeze([...actors]),
    expiresAt,
    assurance: confirmation === undefined ? 'bearer' : 'proof-of-possession',
  })
  const { audience } = options
  return { ok: true, principal, authInfo: authInfoOf(principal, token, clientId, typeof audience === 'string' ? audience : undefined) }
}

function claimRules(options: IntrospectionOptions): ClaimRules {
  const fault = (path: string, message: string) =>
    new SafeMcpConfigError({ code: 'invalid_option', path: `introspection.${path}`, message })
  if (!isTrustworthyUrl(options.url)) throw fault('url', 'must be an https URL (plain http only for this machine).')
  const { audience } = options
  const audiences = audience === false ? ['*'] : typeof audience === 'string' ? [audience] : audience
  if (!Array.isArray(audiences) || audiences.length === 0 || audiences.includes('')) {
    throw fault('audience', 'must name this server as the tokens do, or be `false`.')
  }
  return {
    issuer: options.issuer,
    audiences,
    clockToleranceMs: options.clockToleranceMs ?? 5000,
    requiredClaims: options.requiredClaims ?? [],
  }
}

function unavailable(reason: string, retryAfter: number): Refused {
  return refuse(reason, { code: 'provider_unavailable', retryAfter })
}

function objectOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

const isDpop = (type: unknown) => typeof type === 'string' && type.toLowerCase() === 'dpop'

/** `application/x-www-form-urlencoded`, which RFC 6749 section 2.3.1 wants inside Basic as well. */
function formEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

const optionNames = [
  'url',
  'clientId',
  'clientSecret',
  'issuer',
  'audience',
  'jwts',
  'clockToleranceMs',
  'timeoutMs',
  'requiredClaims',
  'dpop',
  'cache',
  'fetch',
]
