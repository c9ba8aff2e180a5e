import type { JWK } from 'jose'
import { encodeBase64url } from '../lib/base64url.ts'
import { sha256, sha256Hex } from '../lib/sha256.ts'
import { algorithmFacts, asymmetricAlgorithms, isSymmetric } from './algorithms.ts'
import { parseCompact } from './compact.ts'
import { jose } from './jose.ts'
import { type Accepted, type Presented, type Refused, refuse, type Verification } from './verifier.ts'

export interface ProofOptions {
  /** Refuses tokens that are not bound to a key. Default false: bound tokens are checked, others stay bearer tokens. */
  readonly required?: boolean | undefined
  /** Accepted proof algorithms. Default: every asymmetric one. */
  readonly algorithms?: readonly string[] | undefined
  /** How old a proof may be. Default 60,000. Its `jti` is remembered twice as long. */
  readonly maxAgeMs?: number | undefined
  /** Allowed clock difference into the future. Default 5,000. */
  readonly clockToleranceMs?: number | undefined
  /** Demands nonces of ours (RFC 9449 section 9), valid for `nonceMs` up to twice that. The secret makes them; share it between processes. */
  readonly nonce?: { readonly secret: string; readonly nonceMs?: number | undefined } | undefined
}

const maxProofLength = 4096

/** Checks the DPoP proof of a request (RFC 9449 section 4.3) against the key its token is bound to. */
export async function checkDpop(
  accepted: Accepted,
  jkt: string,
  token: string,
  presented: Presented,
  options: ProofOptions,
): Promise<Verification> {
  const { request, clock, store } = presented
  const bad = (reason: string) => refuse(reason, { error: 'invalid_dpop_proof' })
  const field = request.headers.single('dpop')
  if (field === undefined || field === 'conflict' || field.value.length > maxProofLength) return bad('no single DPoP proof')
  const parsed = parseCompact(field.value)
  if (!parsed.ok) return bad('malformed DPoP proof')
  const { header, payload } = parsed.token

  const algorithms = options.algorithms ?? asymmetricAlgorithms
  if (header.typ !== 'dpop+jwt' || !algorithms.includes(header.alg) || isSymmetric(header.alg))
    return bad('wrong type or algorithm of the DPoP proof')
  const jwk = header.raw.jwk as JWK | undefined
  if (!isPublicKeyFor(jwk, header.alg)) return bad('no public key in the DPoP proof')

  const { htm, htu, iat, jti, ath, nonce } = payload
  if (htm !== request.method) return bad('the DPoP proof is for another method')
  const target = targetOf(presented)
  if (target === undefined || typeof htu !== 'string' || sameTarget(htu) !== target) return bad('the DPoP proof is for another URI')
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) return bad('no jti in the DPoP proof')
  const maxAgeMs = options.maxAgeMs ?? 60_000
  const tolerance = options.clockToleranceMs ?? 5000
  const now = clock.now()
  if (typeof iat !== 'number' || iat * 1000 > now + tolerance || iat * 1000 < now - maxAgeMs - tolerance)
    return bad('the DPoP proof is too old or too new')
  if (ath !== encodeBase64url(sha256(token))) return bad('the DPoP proof is for another token')
  if (options.nonce !== undefined && !isCurrentNonce(nonce, options.nonce, now)) return askForNonce(options.nonce, now)

  const { calculateJwkThumbprint, compactVerify, importJWK } = await jose()
  try {
    if ((await calculateJwkThumbprint(jwk, 'sha256')) !== jkt) return bad('the DPoP proof has another key')
    await compactVerify(field.value, await importJWK(jwk, header.alg), { algorithms: [header.alg] })
  } catch {
    return bad('wrong signature of the DPoP proof')
  }
  // Last, so that only proofs that are good in every other way take room in the store. Unseen means: the counter starts at one.
  try {
    const uses = await store.increment(`identity/dpop/${jkt}/${sha256Hex(jti)}`, 1, 2 * (maxAgeMs + tolerance))
    if (uses !== 1) return bad('the DPoP proof was used before')
  } catch {
    return refuse('the replay store does not answer', { code: 'store_unavailable', retryAfter: 1 })
  }
  return accepted
}

/** Header with the current nonce, for challenges. */
export function nonceHeaders(options: NonNullable<ProofOptions['nonce']>, now: number): Record<string, string> {
  return { 'dpop-nonce': nonceFor(options, Math.floor(now / windowOf(options))) }
}

function askForNonce(options: NonNullable<ProofOptions['nonce']>, now: number): Refused {
  return refuse('the DPoP proof has no current nonce', { error: 'use_dpop_nonce', headers: nonceHeaders(options, now) })
}

const windowOf = (options: NonNullable<ProofOptions['nonce']>) => options.nonceMs ?? 300_000

/** The nonce of a window: a keyed hash, so that nothing has to be stored. Nested, against extension of the inner hash. */
function nonceFor(options: NonNullable<ProofOptions['nonce']>, window: number): string {
  return encodeBase64url(sha256(`${options.secret}\n${sha256Hex(`${options.secret}\n${window}`)}`))
}

function isCurrentNonce(nonce: unknown, options: NonNullable<ProofOptions['nonce']>, now: number): boolean {
  const window = Math.floor(now / windowOf(options))
  return nonce === nonceFor(options, window) || nonce === nonceFor(options, window - 1)
}

function isPublicKeyFor(jwk: JWK | undefined, alg: string): jwk is JWK {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return false
  const facts = algorithmFacts(alg)
  const isPrivate = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((name) => Object.hasOwn(jwk, name))
  return !isPrivate && facts !== undefined && jwk.kty === facts.kty && (facts.crv === undefined || jwk.crv === facts.crv)
}

/** The request's URI as the operator published it: scheme and host of `resource`, path of the request. `Host` has no say. */
function targetOf({ resource, request }: Presented): string | undefined {
  if (resource === undefined || !URL.canParse(resource)) return undefined
  return sameTarget(new URL(resource).origin + request.path)
}

/** Without query and fragment, normalised (RFC 9449 section 4.3, number 9). */
function sameTarget(uri: string): string | undefined {
  if (uri.length > 2048 || !URL.canParse(uri)) return undefined
  const url = new URL(uri)
  return url.origin + url.pathname
}
