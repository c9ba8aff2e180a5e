import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { Confirmation } from './claims.ts'
import { checkDpop, type ProofOptions } from './dpop.ts'
import { type Accepted, type Presented, refuse, type Verification } from './verifier.ts'

/**
 * Lets a verified token pass only when its holder proves what the token asks for (RFC 7800).
 *
 * A bound token sent as `Bearer` is refused (downgrade), and so is an unbound token sent as `DPoP`.
 */
export function confirm(
  accepted: Accepted,
  confirmation: Confirmation | undefined,
  token: string,
  presented: Presented,
  options: ProofOptions | undefined,
): MaybePromise<Verification> {
  const asDpop = presented.scheme === 'dpop'
  if (confirmation === undefined) {
    if (asDpop) return refuse('the token is not bound to a key')
    return options?.required === true ? refuse('a bound token is required', { error: 'invalid_token' }) : accepted
  }
  if (confirmation.x5tS256 !== undefined && confirmation.x5tS256 !== presented.clientCertificate) return refuse('wrong client certificate')
  if (confirmation.jkt === undefined) return asDpop ? refuse('the token is not bound to a key') : accepted
  if (!asDpop) return refuse('a bound token was sent as a bearer token')
  return checkDpop(accepted, confirmation.jkt, token, presented, options ?? {})
}
