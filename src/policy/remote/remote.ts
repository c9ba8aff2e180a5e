import { type Clock, systemClock } from '../../core/clock.ts'
import { BoundedMap } from '../../lib/bounded-map.ts'
import { canonicalJson } from '../../lib/canonical-json.ts'
import { CircuitBreaker } from '../../lib/circuit-breaker.ts'
import { type Fetch, type FetchJsonRequest, fetchJson } from '../../lib/fetch-json.ts'
import { SingleFlight } from '../../lib/single-flight.ts'
import type { Decision, PolicyDecisionPoint, PolicyRequest } from '../pdp.ts'

/** What every remote decision point can be told. */
export interface RemoteOptions {
  /** Name in reasons and audit. */
  readonly name?: string | undefined
  /** For one call. Default 2,000. */
  readonly timeoutMs?: number | undefined
  /** How long a yes is believed, in milliseconds; the delay a revocation may take. Default 10,000, at most 60,000; 0 asks every time. */
  readonly cacheTtlMs?: number | undefined
  /** How long a no is believed, in milliseconds. Default 5,000. */
  readonly refusedTtlMs?: number | undefined
  /** How long after its lifetime a yes still holds while the service does not answer, in milliseconds. Default 0: no answer is a no. */
  readonly staleIfErrorMs?: number | undefined
  readonly fetch?: Fetch | undefined
  readonly clock?: Clock | undefined
}

/** How one kind of service is asked and read. */
export interface RemoteProtocol {
  /** Names everything the answer depends on: equal keys share an answer. Undefined: it cannot be asked, and is denied with this reason. */
  key(request: PolicyRequest): { readonly key: unknown } | { readonly refused: string }
  call(request: PolicyRequest): Pick<FetchJsonRequest, 'url' | 'headers' | 'body'>
  /** What the answer says about this request. Undefined: it is no answer this protocol knows. */
  read(answer: unknown, request: PolicyRequest): Decision | undefined
}

interface Cached {
  readonly answer: unknown
  readonly until: number
  readonly staleUntil: number
}

const maxKeyChars = 16_384

/**
 * Asks a service. One call per question however many wait; answers are cached; after five failures in a row the service is left alone for
 * ten seconds. No answer, a redirect, a status other than 200 or a shape nobody documented never allows.
 */
export function createRemote(defaultName: string, protocol: RemoteProtocol, options: RemoteOptions): PolicyDecisionPoint {
  const { name = defaultName, clock = systemClock, timeoutMs = 2_000, refusedTtlMs = 5_000, staleIfErrorMs = 0 } = options
  const cacheTtlMs = Math.min(options.cacheTtlMs ?? 10_000, 60_000)
  const cache = new BoundedMap<Cached>({ maxEntries: 10_000, maxChars: 16 * 1024 * 1024 })
  const flight = new SingleFlight<unknown>()
  const breaker = new CircuitBreaker()

  /** The answer, or undefined when there is none. */
  async function ask(request: PolicyRequest): Promise<unknown> {
    const now = clock.now()
    if (breaker.waitMs(now) > 0) return undefined
    const { context } = request
    const call = protocol.call(request)
    const headers = {
      'content-type': 'application/json',
      ...(context.exchange === undefined ? {} : { 'x-request-id': context.exchange }),
      ...call.headers,
    }
    const answer = await fetchJson({ ...call, headers, method: 'POST', timeoutMs, maxBytes: 262_144, fetch: options.fetch })
    if (answer.ok && answer.status === 200) {
      breaker.succeeded()
      return answer.value
    }
    breaker.failed(now)
    return undefined
  }

  const read = (answer: unknown, request: PolicyRequest): Decision =>
    protocol.read(answer, request) ?? { decision: false, reason: `${name}: unrecognised answer` }

  return {
    name,
    async evaluate(request) {
      const asked = protocol.key(request)
      if ('refused' in asked) return { decision: false, reason: `${name}: ${asked.refused}` }
      const key = canonicalJson(asked.key)
      const cached = cache.get(key)
      if (cached !== undefined && clock.now() < cached.until) return read(cached.answer, request)
      const answer = await flight.run(key, () => ask(request))
      const now = clock.now()
      if (answer === undefined) {
        if (cached !== undefined && now < cached.staleUntil) return read(cached.answer, request)
        return { decision: false, reason: `${name}: no answer`, code: 'provider_unavailable' }
      }
      const decision = read(answer, request)
      const ttlMs = decision.decision ? cacheTtlMs : Math.min(refusedTtlMs, cacheTtlMs)
      const staleMs = decision.decision ? staleIfErrorMs : 0
      if (ttlMs > 0 && key.length <= maxKeyChars) cache.set(key, { answer, until: now + ttlMs, staleUntil: now + ttlMs + staleMs })
      return decision
    },
  }
}
