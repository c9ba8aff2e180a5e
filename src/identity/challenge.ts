import type { GuardContext } from '../core/context.ts'
import { deny, type Verdict } from '../core/verdict.ts'

/** What a 401 or 403 tells the client about getting a better credential (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Challenge {
  /** Absent when no credential was presented, as RFC 6750 asks. */
  readonly error?: string | undefined
  /** Where the protected-resource metadata is. */
  readonly resourceMetadata?: string | undefined
  /** Scopes of this operation, all of them. `offline_access` is left out. */
  readonly scopes?: readonly string[] | undefined
  /** Algorithms of DPoP proofs; adds a second challenge. */
  readonly dpopAlgorithms?: readonly string[] | undefined
}

const descriptions: Readonly<Record<string, string>> = {
  invalid_token: 'The credential is not valid.',
  invalid_request: 'The request presents its credential wrongly.',
  insufficient_scope: 'The credential does not cover this.',
  invalid_dpop_proof: 'The DPoP proof is not valid.',
  use_dpop_nonce: 'The DPoP proof needs a nonce.',
}

/**
 * The value of `WWW-Authenticate`. `Bearer` comes first and is followed by a parameter: the official MCP clients read nothing else.
 * All wording is fixed, so that expired, unknown and foreign credentials look the same.
 */
export function renderChallenge(challenge: Challenge): string {
  const { error, resourceMetadata, dpopAlgorithms } = challenge
  const scope = challenge.scopes?.filter((name) => name !== 'offline_access' && isScopeToken(name)).join(' ')
  const isDpopError = error === 'invalid_dpop_proof' || error === 'use_dpop_nonce'
  const bearer = [
    resourceMetadata === undefined ? 'realm="mcp"' : parameter('resource_metadata', resourceMetadata),
    ...(scope === undefined || scope === '' ? [] : [parameter('scope', scope)]),
    ...errorParameters(isDpopError ? 'invalid_token' : error),
  ]
  const dpop =
    dpopAlgorithms === undefined ? [] : [...(isDpopError ? errorParameters(error) : []), parameter('algs', dpopAlgorithms.join(' '))]
  return dpop.length === 0 ? `Bearer ${bearer.join(', ')}` : `Bearer ${bearer.join(', ')}, DPoP ${dpop.join(', ')}`
}

function errorParameters(error: string | undefined): string[] {
  if (error === undefined) return []
  const description = descriptions[error]
  return [parameter('error', error), ...(description === undefined ? [] : [parameter('error_description', description)])]
}

/** Values are the operator's. Quotes and backslashes are dropped: the official clients do not understand escapes. */
function parameter(name: string, value: string): string {
  return `${name}="${value.replace(/[^\x20-\x7e]|["\\]/g, '')}"`
}

/** RFC 6749 section 3.3. */
function isScopeToken(name: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)
}

const note = Symbol('identity.challenge')

/** Leaves what challenges of this exchange must name, for guards that run later. */
export function noteChallenge(ctx: GuardContext, base: Challenge): void {
  ctx.notes.set(note, base)
}

/**
 * Refuses a caller who is known but may not do this, so that official clients ask for more scopes and come back (step-up).
 * Works without an identity guard too, with less to go on.
 *
 * @param scopes every scope the operation needs, not only the missing ones
 */
export function insufficientScope(ctx: GuardContext, scopes: readonly string[], reason: string): Verdict {
  const base = (ctx.notes.get(note) as Challenge | undefined) ?? {}
  const headers = { 'www-authenticate': renderChallenge({ ...base, scopes, error: 'insufficient_scope' }) }
  return deny('scope_insufficient', { reason, headers })
}

/** Refuses a caller who is not known where one is needed. */
export function identityRequired(ctx: GuardContext, scopes?: readonly string[]): Verdict {
  const base = (ctx.notes.get(note) as Challenge | undefined) ?? {}
  const headers = { 'www-authenticate': renderChallenge(scopes === undefined ? base : { ...base, scopes }) }
  return deny('identity_required', { reason: 'no identity', headers })
}
