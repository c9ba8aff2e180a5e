import { isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import { SingleFlight } from '../lib/single-flight.ts'
import type { CheckedClaims } from './claims.ts'
import { type CompactToken, parseCompact } from './compact.ts'
import { maxCredentialLength } from './credential.ts'
import type { ProofOptions } from './dpop.ts'
import { jose } from './jose.ts'
import type { KeySource, VerificationKey } from './keys.ts'
import { confirm } from './proof.ts'
import { TokenCache, type TokenCacheOptions } from './token-cache.ts'
import { type Accepted, type Presented, type Refused, refuse, type Verification } from './verifier.ts'

/** What a kind of signed token asks for, apart from its signature. */
export interface SignedTokenRules {
  readonly algorithms: readonly string[]
  readonly dpop?: ProofOptions | undefined
  readonly cache?: TokenCacheOptions | undefined
  /**
   * Judges header and claims and says whose keys count. Runs before the signature is looked at: an expired or foreign token must cost neither a
   * signature check nor a call to a key server. A text is the reason for refusing.
   */
  judge(token: CompactToken, now: number): { readonly source: KeySource; readonly claims: CheckedClaims } | string
  /** The caller, once the signature is right. */
  accept(token: string, parsed: CompactToken, claims: CheckedClaims): Accepted
}

interface Verified {
  readonly accepted: Accepted
  readonly claims: CheckedClaims
  readonly source: KeySource
  /** Of the key set that vouched for it. */
  readonly version: number
}

/** Verifies signed tokens of one kind and remembers them. */
export class SignedTokens {
  readonly #rules: SignedTokenRules
  readonly #cache: TokenCache<Verified>
  readonly #flight = new SingleFlight<Verified | Refused>()

  constructor(rules: SignedTokenRules) {
    this.#rules = rules
    this.#cache = new TokenCache(rules.cache)
  }

  /** Whether this token was verified before and still counts. */
  knows(token: string, now: number): boolean {
    return this.#known(token, now) !== undefined
  }

  verify(token: string | undefined, presented: Presented): MaybePromise<Verification> {
    if (token === undefined || token.length > maxCredentialLength) return refuse('no single token')
    const now = presented.clock.now()
    const present = this.#known(token, now)
    if (present !== undefined) return this.#confirm(present, token, presented)
    const refusal = this.#cache.refusal(token, now)
    if (refusal !== undefined) return refuse(refusal)
    return this.#flight
      .run(token, () => this.#verifyFresh(token, now))
      .then((result) => ('accepted' in result ? this.#confirm(result, token, presented) : result))
  }

  #confirm(verified: Verified, token: string, presented: Presented): MaybePromise<Verification> {
    return confirm(verified.accepted, verified.claims.confirmation, token, presented, this.#rules.dpop)
  }

  #known(token: string, now: number): Verified | undefined {
    const entry = this.#cache.get(token, now)
    // When the key set has changed, the key that signed it may have been withdrawn.
    return entry !== undefined && entry.version === entry.source.version ? entry : undefined
  }

  async #verifyFresh(token: string, now: number): Promise<Verified | Refused> {
    const parsed = parseCompact(token)
    if (!parsed.ok) return refuse(parsed.reason)
    const { header } = parsed.token
    if (!this.#rules.algorithms.includes(header.alg)) return refuse('the algorithm is not allowed')
    const judged = this.#rules.judge(parsed.token, now)
    if (typeof judged === 'string') return refuse(judged)
    const { source, claims } = judged

    const found = source.find(header, now)
    const answer = isPromise(found) ? await found : found
    if (!answer.ok) {
      const more = answer.unavailable ? ({ code: 'provider_unavailable', retryAfter: answer.retryAfter } as const) : {}
      return refuse(answer.reason, more)
    }
    const { version } = source
    for (const key of answer.keys) {
      if (!(await isSignedBy(token, header.alg, key))) continue
      const verified = { accepted: this.#rules.accept(token, parsed.token, claims), claims, source, version }
      this.#cache.put(token, verified, now, claims.expiresAt)
      return verified
    }
    this.#cache.putRefusal(token, 'wrong signature', now)
    return refuse('wrong signature')
  }
}

async function isSignedBy(token: string, alg: string, key: VerificationKey): Promise<boolean> {
  const { compactVerify } = await jose()
  try {
    await compactVerify(token, await key.load(alg), { algorithms: [alg] })
    return true
  } catch {
    // A wrong signature, or a key that turns out not to fit: too short a modulus, a point off the curve.
    return false
  }
}
