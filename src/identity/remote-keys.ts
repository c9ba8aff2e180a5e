import { SafeMcpConfigError } from '../core/config-error.ts'
import { withDeadline } from '../lib/deadline.ts'
import { type Fetch, type FetchJsonResult, fetchJson, isTrustworthyUrl } from '../lib/fetch-json.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import { candidates, type KeyAnswer, type KeySource, keysOfSet, type VerificationKey } from './keys.ts'

export interface RemoteKeysOptions {
  /** For one attempt, head and body. Default 5,000. */
  readonly timeoutMs?: number | undefined
  /** Least time between two attempts, counted from the start of the last one, whatever came of it. Default 30,000. */
  readonly cooldownMs?: number | undefined
  /** After this a set is fetched again before it is used. Default 600,000 (10 minutes). */
  readonly maxAgeMs?: number | undefined
  /** While the key server fails, known keys keep working until the set is this old. Default 3,600,000 (1 hour). */
  readonly staleMs?: number | undefined
  /** Size of the answer. Default 262,144. */
  readonly maxBytes?: number | undefined
  readonly fetch?: Fetch | undefined
}

export interface RemoteKeysPlace {
  /** Where the JWK Set is, or the issuer whose metadata names the place (RFC 8414, OpenID Connect Discovery). */
  readonly url?: string | undefined
  readonly issuer?: string | undefined
  /** Values of `use` that are meant for us, `undefined` for keys without. Default: `sig` and none. */
  readonly uses?: readonly (string | undefined)[] | undefined
  /** Whether `spiffe_refresh_hint` and `spiffe_sequence` of the set count. */
  readonly isSpiffeBundle?: boolean | undefined
}

interface KeySet {
  readonly keys: readonly VerificationKey[]
  readonly fetchedAt: number
  readonly maxAgeMs: number
  readonly sequence: number
}

/**
 * Keys of a JWK Set behind a URL. At most one attempt per cooldown, shared by everybody who waits for it; no redirects, no plain http but to
 * this machine, bounded in time and size. A failed or empty answer never replaces a good set.
 */
export function remoteKeys(place: RemoteKeysPlace, options: RemoteKeysOptions, path: string): KeySource {
  const { timeoutMs = 5000, cooldownMs = 30_000, maxAgeMs = 600_000, staleMs = 3_600_000, maxBytes = 262_144, fetch } = options
  const address = place.url ?? place.issuer ?? ''
  if (!isTrustworthyUrl(address)) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path, message: 'must be an https URL (plain http only for this machine).' })
  }
  let set: KeySet | undefined
  let url = place.url
  let attemptedAt = Number.NEGATIVE_INFINITY
  let attempt: Promise<void> | undefined
  let version = 0

  let content = ''

  async function load(now: number, signal: AbortSignal): Promise<void> {
    const get = (target: string) => fetchJson({ url: target, timeoutMs, maxBytes, fetch, signal })
    url ??= await discover(place.issuer as string, get)
    if (url === undefined) return
    const answer = await get(url)
    const keys = answer.ok && answer.status === 200 ? keysOfSet(answer.value, place.uses) : undefined
    if (!answer.ok || keys === undefined || keys.length === 0) return
    const hints = place.isSpiffeBundle === true ? bundleHints(answer.value, maxAgeMs) : { maxAgeMs, sequence: 0 }
    // An older bundle than the one we hold would bring withdrawn keys back.
    if (set !== undefined && hints.sequence < set.sequence) return
    const text = JSON.stringify(answer.value)
    if (text !== content) version++
    content = text
    set = { keys, fetchedAt: now, ...hints }
  }

  /** Joins the attempt under way, or starts one when the cooldown allows. */
  function reload(now: number): Promise<void> | undefined {
    const sinceAttempt = now - attemptedAt
    // An attempt whose request was torn down by the platform may never settle: after its deadline nobody joins it.
    if (attempt !== undefined && sinceAttempt <= timeoutMs) return attempt
    if (sinceAttempt >= 0 && sinceAttempt < cooldownMs) return undefined
    attemptedAt = now
    const started = withDeadline(timeoutMs, (signal) => load(now, signal))
      .catch(() => {})
      .finally(() => {
        if (attempt === started) attempt = undefined
      })
    attempt = started
    return started
  }

  const isFresh = (now: number) => set !== undefined && now - set.fetchedAt < set.maxAgeMs
  const isUsable = (now: number) => set !== undefined && now - set.fetchedAt < Math.max(maxAgeMs, staleMs)

  function answer(header: { alg: string; kid?: string | undefined }, now: number): KeyAnswer {
    const found = isUsable(now) ? candidates(set?.keys ?? [], header, 'ignore') : []
    if (found.length > 0) return { ok: true, keys: found }
    // With a fresh set we know that the key is none of the issuer's; without one we do not know anything.
    if (isFresh(now)) return { ok: false, unavailable: false, reason: 'no key fits the token' }
    const wait = Math.ceil(Math.max(0, attemptedAt + cooldownMs - now) / 1000)
    return { ok: false, unavailable: true, reason: 'the key server does not answer', retryAfter: Math.max(1, wait) }
  }

  return {
    get version() {
      return version
    },
    find(header, now): MaybePromise<KeyAnswer> {
      if (isFresh(now) && candidates(set?.keys ?? [], header, 'ignore').length > 0) return answer(header, now)
      const loading = reload(now)
      if (loading === undefined) return answer(header, now)
      const waited = withDeadline(timeoutMs, () => loading).catch(() => {})
      return waited.then(() => answer(header, now))
    },
  }
}

/** Finds `jwks_uri` in the issuer's metadata, which must name the same issuer (RFC 8414 section 3.3). */
async function discover(issuer: string, get: (url: string) => Promise<FetchJsonResult>): Promise<string | undefined> {
  const base = issuer.endsWith('/') ? issuer.slice(0, -1) : issuer
  const { origin, pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname.replace(/\/$/, '')
  for (const url of [`${base}/.well-known/openid-configuration`, `${origin}/.well-known/oauth-authorization-server${path}`]) {
    const answer = await get(url)
    if (!answer.ok || answer.status !== 200) continue
    const metadata = answer.value as { issuer?: unknown; jwks_uri?: unknown } | null
    if (metadata?.issuer === issuer && typeof metadata.jwks_uri === 'string' && isTrustworthyUrl(metadata.jwks_uri))
      return metadata.jwks_uri
  }
  return undefined
}

/** `spiffe_refresh_hint` in seconds can only shorten the age; `spiffe_sequence` only grows (SPIFFE Trust Domain and Bundle, section 4.1). */
function bundleHints(bundle: unknown, maxAgeMs: number): { maxAgeMs: number; sequence: number } {
  const { spiffe_refresh_hint: hint, spiffe_sequence: sequence } = bundle as { spiffe_refresh_hint?: unknown; spiffe_sequence?: unknown }
  const hinted = typeof hint === 'number' && hint > 0 ? Math.max(10_000, hint * 1000) : maxAgeMs
  return { maxAgeMs: Math.min(maxAgeMs, hinted), sequence: typeof sequence === 'number' ? sequence : 0 }
}
