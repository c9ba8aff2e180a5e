import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { RequestFacts } from '../core/http.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { createAddressTest } from '../identity/address-list.ts'
import { type ChainOptions, createChainCheck } from '../identity/chain-check.ts'
import { type Challenge, identityRequired, insufficientScope, noteChallenge, renderChallenge } from '../identity/challenge.ts'
import { type ClientCertificateOptions, readClientCertificate } from '../identity/client-certificate.ts'
import { hasTokenInQuery, isPreflight, readAuthorization } from '../identity/credential.ts'
import { claimsIdentity } from '../identity/forwarded-identity.ts'
import { canonicalResource, createMetadataResponder, metadataUrl, type ResourceMetadataOptions } from '../identity/metadata.ts'
import type { SessionOptions } from '../identity/session.ts'
import { createSessionCheck } from '../identity/session-check.ts'
import { type Accepted, type Presented, type Refused, refuse, type Verification, type Verifier } from '../identity/verifier.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'

export interface IdentityOptions {
  /** Asked in order; the first that recognises what was presented decides, and when it refuses nobody else is asked. */
  readonly verifiers: readonly Verifier[]
  /** False lets callers without any credential through as nobody. A bad credential is refused either way. Default true. */
  readonly required?: boolean | undefined
  /**
   * Canonical URI of this server: `https://mcp.example.com/mcp`. With it the guard serves the protected-resource metadata (RFC 9728) and names it in
   * challenges, which is how official clients find the authorization server. Needed for DPoP.
   */
  readonly resource?: string | undefined
  /** Issuers named in the metadata. Default: those of the verifiers. */
  readonly authorizationServers?: readonly string[] | undefined
  /** Scopes named in metadata and challenges. Default: `requiredScopes`. */
  readonly scopes?: readonly string[] | undefined
  /** Scopes without which no request passes. */
  readonly requiredScopes?: readonly string[] | undefined
  /** More for the metadata document. */
  readonly metadata?: Pick<ResourceMetadataOptions, 'name' | 'documentation'> | undefined
  /** Checks the components behind each request. */
  readonly chain?: ChainOptions | undefined
  /** Binding of `Mcp-Session-Id` to the caller; false leaves sessions alone. */
  readonly sessions?: SessionOptions | false | undefined
  /** Where session bindings and DPoP replay marks live. Default: this process. Several processes need a shared one. */
  readonly store?: Store | undefined
  /** Whether handlers still see the credential. Default true; false removes it, so that it cannot be passed on by mistake. */
  readonly forwardCredentials?: boolean | undefined
  /**
   * Proxies whose identity headers (`x-forwarded-user`, `x-aztp-*`, client certificates, ...) are believed: socket addresses and ranges (`10.0.0.0/8`), or a test of your own.
   * From everybody else such headers are removed before the handler. Default: nobody.
   */
  readonly trustedProxies?: readonly string[] | ((request: RequestFacts) => boolean) | undefined
  /** Header in which a trusted proxy names the client's TLS certificate, for certificate-bound tokens (RFC 8705). */
  readonly clientCertificate?: ClientCertificateOptions | undefined
}

/**
 * Proves who calls before anything else runs, and attaches the caller: `req.safeMcp.principal`, `req.auth`.
 *
 * Denies with `identity_required`, `identity_invalid`, `scope_insufficient`, `chain_invalid`, `session_unknown`, `provider_unavailable`,
 * `store_unavailable`, in monitor mode too. Fails closed: a verifier that throws denies.
 *
 * @throws SafeMcpConfigError when there is no verifier or the resource is not a canonical URI.
 * @example identityGuard({ verifiers: [jwt({ issuer, audience })], resource: 'https://mcp.example.com/mcp' })
 */
export function identityGuard(options: IdentityOptions): Guard {
  checkKeys(options, optionNames, 'identity')
  const { verifiers, required = true, requiredScopes = [], forwardCredentials = true } = options
  const resource = options.resource === undefined ? undefined : canonicalResource(options.resource)
  checkVerifiers(verifiers)
  const store = options.store ?? memoryStore()
  const sessions = options.sessions === false ? undefined : createSessionCheck(store, options.sessions)
  const checkChain = options.chain === undefined ? undefined : createChainCheck(options.chain)
  const isTrusted = proxyTest(options.trustedProxies)
  const ownHeaders = new Set(verifiers.flatMap((verifier) => verifier.headers ?? []))
  const challenge = challengeOf(options, resource)
  const metadata = metadataResponder(options, resource)

  function present(ctx: GuardContext, trusted: boolean, credential: { scheme?: string; token?: string }): Presented {
    const { request, clock, signal } = ctx
    const certificate =
      trusted && options.clientCertificate !== undefined ? readClientCertificate(request, options.clientCertificate) : undefined
    return { scheme: credential.scheme, token: credential.token, request, resource, clientCertificate: certificate, clock, store, signal }
  }

  function refused(refusal: Refused): Verdict {
    const { code, reason, retryAfter, error } = refusal
    const headers: Record<string, string> = { ...refusal.headers }
    if (code === 'identity_required') headers['www-authenticate'] = renderChallenge(challenge)
    if (code === 'identity_invalid') headers['www-authenticate'] = renderChallenge({ ...challenge, error: error ?? 'invalid_token' })
    if (code === 'scope_insufficient') headers['www-authenticate'] = renderChallenge({ ...challenge, error: 'insufficient_scope' })
    if (code === 'provider_unavailable' || code === 'store_unavailable')
      headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter ?? 1)))
    return deny(code, { reason, headers })
  }

  function identify(ctx: GuardContext, trusted: boolean): MaybePromise<Verification | typeof nobody> {
    const { request } = ctx
    if (hasTokenInQuery(request.query)) return refuse('a token in the query', { error: 'invalid_request' })
    const authorization = readAuthorization(request)
    if (authorization.kind === 'malformed') return refuse(authorization.reason, { error: 'invalid_request' })
    const isToken = authorization.kind === 'one' && tokenSchemes.has(authorization.scheme)
    let credentials = isToken ? 1 : 0
    for (const name of ownHeaders) if (request.headers.has(name)) credentials++
    // Two credentials: whoever is behind us may believe the other one.
    if (credentials > 1) return refuse('more than one credential', { error: 'invalid_request' })
    const presented = present(ctx, trusted, authorization.kind === 'one' ? authorization : {})
    for (const verifier of verifiers) if (verifier.recognises(presented)) return verifier.verify(presented)
    if (credentials === 0 && (authorization.kind === 'none' || !required)) {
      return required ? refuse('no credential', { code: 'identity_required' }) : nobody
    }
    return refuse('no verifier recognises the credential')
  }

  function admit(ctx: GuardContext, verification: Verification | typeof nobody): MaybePromise<Verdict | undefined> {
    if (verification !== nobody) {
      // Only a whole answer lets anybody in: a verifier that forgets to return must not let everybody in.
      if (verification?.ok === false) return refused(verification)
      if (verification?.ok !== true || !isWhole(verification)) return refused(refuse('the verifier gave no whole answer'))
      attach(ctx, verification)
    }
    if (requiredScopes.some((scope) => ctx.principal?.scopes.includes(scope) !== true)) {
      if (verification === nobody) return identityRequired(ctx, requiredScopes)
      return insufficientScope(ctx, requiredScopes, 'a required scope is missing')
    }
    return andThen(sessions?.check(ctx), (verdict) => verdict ?? checkChain?.(ctx))
  }

  return defineGuard({
    name: 'identity',
    always: true,

    onRequest(ctx) {
      const { request } = ctx
      noteChallenge(ctx, challenge)
      const document = metadata?.(request)
      if (document !== undefined) return { action: 'respond', reply: document }
      const trusted = isTrusted(request)
      if (!trusted) for (const name of request.headers.names()) if (claimsIdentity(name)) ctx.setRequestHeader(name, undefined)
      if (!forwardCredentials) for (const name of [...credentialHeaders, ...ownHeaders]) ctx.setRequestHeader(name, undefined)
      if (isPreflight(request)) {
        ctx.notes.set(preflight, true)
        return undefined
      }
      return andThen(identify(ctx, trusted), (verification) => admit(ctx, verification))
    },

    /** Over HTTP/2 a body needs no header that announces it: what came in as a preflight and brings a message was none. */
    onMessage(_message, ctx) {
      return ctx.notes.has(preflight) ? refused(refuse('a preflight with a body', { code: 'identity_required' })) : undefined
    },

    onResponse: (head, ctx) => sessions?.learn(head, ctx),
  })
}

const preflight = Symbol('identity.preflight')
/** The caller presented nothing, where that is allowed. */
const nobody: unique symbol = Symbol('nobody')
const tokenSchemes = new Set(['bearer', 'dpop'])
const credentialHeaders = ['authorization', 'dpop']

function isWhole({ principal, authInfo }: Accepted): boolean {
  const named = typeof principal?.id === 'string' && principal.id !== ''
  return named && Array.isArray(principal.scopes) && Array.isArray(authInfo?.scopes)
}

/** Each exchange gets its own `AuthInfo`: handlers may write to it, and cached verifications are shared. */
function attach(ctx: GuardContext, { principal, authInfo }: Accepted): void {
  ctx.authenticate(principal, { ...authInfo, scopes: [...authInfo.scopes], extra: { ...authInfo.extra } })
}

function checkVerifiers(verifiers: readonly Verifier[]): void {
  const usable = Array.isArray(verifiers) && verifiers.length > 0 && verifiers.every((entry) => typeof entry?.verify === 'function')
  if (usable) return
  throw new SafeMcpConfigError({
    code: 'invalid_option',
    path: 'identity.verifiers',
    message: 'must hold at least one verifier.',
    suggestion: 'For example `jwt({ issuer, audience })` from safe-mcp/identity.',
  })
}

function proxyTest(trusted: IdentityOptions['trustedProxies']): (request: RequestFacts) => boolean {
  if (typeof trusted === 'function') return trusted
  if (trusted === undefined || trusted.length === 0) return () => false
  const isListed = createAddressTest(trusted, 'identity.trustedProxies')
  return ({ remoteAddress }) => isListed(remoteAddress)
}

function issuersOf(options: IdentityOptions): readonly string[] {
  return options.authorizationServers ?? [...new Set(options.verifiers.flatMap((verifier) => verifier.issuer ?? []))]
}

function challengeOf(options: IdentityOptions, resource: string | undefined): Challenge {
  const dpop = options.verifiers.find((verifier) => verifier.dpopAlgorithms !== undefined)?.dpopAlgorithms
  const published = resource !== undefined && issuersOf(options).length > 0
  return {
    resourceMetadata: published ? metadataUrl(resource) : undefined,
    scopes: options.scopes ?? options.requiredScopes,
    dpopAlgorithms: dpop,
  }
}

function metadataResponder(options: IdentityOptions, resource: string | undefined): ReturnType<typeof createMetadataResponder> | undefined {
  const authorizationServers = issuersOf(options)
  if (resource === undefined || authorizationServers.length === 0) return undefined
  const { dpopAlgorithms } = challengeOf(options, resource)
  return createMetadataResponder({
    ...options.metadata,
    resource,
    authorizationServers,
    scopes: options.scopes ?? options.requiredScopes,
    dpopAlgorithms,
  })
}

const optionNames = [
  'verifiers',
  'required',
  'resource',
  'authorizationServers',
  'scopes',
  'requiredScopes',
  'metadata',
  'chain',
  'sessions',
  'store',
  'forwardCredentials',
  'trustedProxies',
  'clientCertificate',
]
