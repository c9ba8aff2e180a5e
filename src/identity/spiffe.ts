import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Principal } from '../core/principal.ts'
import { attributesOf, authInfoOf, checkClaims } from './claims.ts'
import { claimedSubject } from './compact.ts'
import { type KeySource, keysOfSet, setSource } from './keys.ts'
import { type RemoteKeysOptions, remoteKeys } from './remote-keys.ts'
import { SignedTokens } from './signed-token.ts'
import { parseWorkloadId } from './spiffe-id.ts'
import type { TokenCacheOptions } from './token-cache.ts'
import type { Presented, Verifier } from './verifier.ts'

export interface SpiffeOptions extends RemoteKeysOptions {
  /** How workloads name this server in `aud`. Several are alternatives. */
  readonly audience: string | readonly string[]
  /** Bundle per trust domain: its https URL, or the document itself. Ids of other trust domains are refused. */
  readonly bundles: Readonly<Record<string, string | { readonly keys: readonly object[] }>>
  /** Default 5,000. */
  readonly clockToleranceMs?: number | undefined
  readonly cache?: TokenCacheOptions | undefined
}

/** What JWT-SVID allows, section 2.1: no EdDSA, no shared secrets. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']
const uses = ['jwt-svid']

/**
 * SPIFFE JWT-SVIDs: workloads prove who they are with a token of their trust domain. The key must be one of the bundle *of the id's own trust
 * domain*, marked `use: "jwt-svid"`; `aud` and `exp` are required; the header may say `alg`, `kid` and `typ` only.
 *
 * @throws SafeMcpConfigError on a malformed trust domain, URL or bundle.
 * @example spiffe({ audience: 'spiffe://example.org/mcp', bundles: { 'example.org': 'https://spire.example.org/bundle' } })
 */
export function spiffe(options: SpiffeOptions): Verifier {
  checkKeys(options, optionNames, 'spiffe')
  const sources = bundleSources(options)
  const audiences = typeof options.audience === 'string' ? [options.audience] : options.audience
  if (audiences.length === 0 || audiences.includes('')) throw fault('audience', 'must name this server as the workloads do.')
  const rules = { issuer: undefined, audiences, clockToleranceMs: options.clockToleranceMs ?? 5000, requiredClaims: [] }
  const tokens = new SignedTokens({
    algorithms,
    cache: options.cache,
    judge({ header, payload }, now) {
      if (Object.keys(header.raw).some((name) => name !== 'alg' && name !== 'kid' && name !== 'typ')) return 'foreign header'
      if (header.typ !== undefined && header.typ !== 'JWT' && header.typ !== 'JOSE') return 'not a JWT-SVID'
      const claims = checkClaims(payload, rules, now)
      if (typeof claims === 'string') return claims
      const id = parseWorkloadId(claims.subject)
      const source = id?.scheme === 'spiffe' ? sources.get(id.trustDomain) : undefined
      return source === undefined ? 'unknown trust domain' : { source, claims }
    },
    accept(token, { payload }, claims) {
      const principal: Principal = Object.freeze({
        id: claims.subject,
        kind: 'service',
        provider: 'spiffe',
        subject: claims.subject,
        scopes: Object.freeze([...claims.scopes]),
        attributes: attributesOf(payload),
        chain: Object.freeze([...claims.actors]),
        expiresAt: claims.expiresAt,
        assurance: 'bearer',
        trustDomain: parseWorkloadId(claims.subject)?.trustDomain,
      })
      return { ok: true, principal, authInfo: authInfoOf(principal, token, claims.subject, undefined) }
    },
  })
  const tokenOf = ({ scheme, token }: Presented) => (scheme === 'bearer' ? token : undefined)

  return {
    name: 'spiffe',
    scheme: 'Bearer',
    recognises(presented) {
      const token = tokenOf(presented)
      if (token === undefined) return false
      return tokens.knows(token, presented.clock.now()) || claimedSubject(token)?.startsWith('spiffe://') === true
    },
    verify: (presented) => tokens.verify(tokenOf(presented), presented),
  }
}

function bundleSources(options: SpiffeOptions): ReadonlyMap<string, KeySource> {
  const sources = new Map<string, KeySource>()
  for (const [trustDomain, bundle] of Object.entries(options.bundles ?? {})) {
    const path = `spiffe.bundles['${trustDomain}']`
    if (parseWorkloadId(`spiffe://${trustDomain}`) === undefined) throw fault(path, 'is not a trust domain.')
    if (typeof bundle === 'string') {
      sources.set(trustDomain, remoteKeys({ url: bundle, uses, isSpiffeBundle: true }, options, path))
      continue
    }
    const keys = keysOfSet(bundle, uses)
    if (keys === undefined || keys.length === 0) throw fault(path, 'holds no key with `use: "jwt-svid"`.')
    sources.set(trustDomain, setSource(keys))
  }
  if (sources.size === 0) throw fault('spiffe.bundles', 'must hold the bundle of at least one trust domain.')
  return sources
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path, message })
}

const optionNames = [
  'audience',
  'bundles',
  'clockToleranceMs',
  'cache',
  'timeoutMs',
  'cooldownMs',
  'maxAgeMs',
  'staleMs',
  'maxBytes',
  'fetch',
]
