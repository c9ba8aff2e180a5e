import type { Clock } from '../core/clock.ts'
import type { RequestFacts } from '../core/http.ts'
import type { AuthInfo, Principal } from '../core/principal.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { Store } from '../store/store.ts'

/** What a request presents, taken apart once. It holds secrets: it is never logged and does not outlive the request. */
export interface Presented {
  /** Scheme of `Authorization` in lower case: `bearer`, `dpop`, `basic`, ... Undefined without that header. */
  readonly scheme: string | undefined
  /** What follows the scheme, as it stands. */
  readonly token: string | undefined
  readonly request: RequestFacts
  /** Canonical URI of this server, as the operator configured it. Never derived from the request. */
  readonly resource: string | undefined
  /** SHA-256 of the client's TLS certificate in base64url, vouched for by a trusted proxy. */
  readonly clientCertificate: string | undefined
  readonly clock: Clock
  /** Shared state for replay protection. */
  readonly store: Store
  readonly signal: AbortSignal
}

/** A verified caller. */
export interface Accepted {
  readonly ok: true
  readonly principal: Principal
  readonly authInfo: AuthInfo
}

/** Why a credential was refused. `reason` is for the audit trail: fixed words, nothing the caller sent. */
export interface Refused {
  readonly ok: false
  readonly code:
    | 'identity_required'
    | 'identity_invalid'
    | 'scope_insufficient'
    | 'chain_invalid'
    | 'provider_unavailable'
    | 'store_unavailable'
  readonly reason: string
  /** Seconds, for `Retry-After` on `provider_unavailable` and `store_unavailable`. */
  readonly retryAfter?: number | undefined
  /** `error` of the challenge where `invalid_token` is not the right word: `invalid_dpop_proof`, `use_dpop_nonce`. */
  readonly error?: string | undefined
  /** More response headers: `DPoP-Nonce`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export type Verification = Accepted | Refused

/**
 * Checks one kind of credential. The first verifier of a list that recognises what was presented decides; when it refuses, nobody else is asked.
 */
export interface Verifier {
  /** For the audit trail: `jwt`, `api-key`, ... */
  readonly name: string
  /** Scheme a 401 offers for it. `Bearer` is always offered, and first: the official clients look nowhere else. */
  readonly scheme?: 'Bearer' | 'DPoP' | undefined
  /** Authorization server behind it; listed in the protected-resource metadata (RFC 9728). */
  readonly issuer?: string | undefined
  /** Signature algorithms of DPoP proofs it accepts; listed in metadata and challenge. */
  readonly dpopAlgorithms?: readonly string[] | undefined
  /** Request headers other than `Authorization` it reads a credential from. Lower-case. */
  readonly headers?: readonly string[] | undefined
  /** Whether this credential is its to judge. Cheap, without I/O, and never true for a request that presents nothing. */
  recognises(presented: Presented): boolean
  /** Must give back a plain value, not a promise, where it can: the caller then costs no turn of the event loop. */
  verify(presented: Presented): MaybePromise<Verification>
}

/** Types a verifier written in place. It adds nothing at run time. */
export function defineVerifier(verifier: Verifier): Verifier {
  return verifier
}

/** A refusal; `identity_invalid` unless said otherwise. */
export function refuse(reason: string, more: Partial<Omit<Refused, 'ok' | 'reason'>> = {}): Refused {
  return { ok: false, code: 'identity_invalid', reason, ...more }
}
