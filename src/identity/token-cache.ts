import { BoundedMap } from '../lib/bounded-map.ts'

interface Entry<V> {
  readonly value: V
  readonly from: number
  readonly until: number
}

export interface TokenCacheOptions {
  /** Verified tokens held. Default 10,000 tokens and 16 Mi characters. */
  readonly maxEntries?: number | undefined
  /** Longest time a verified token is believed without another look, in ms: the bound on noticing a revocation. Default 60,000. 0 switches off. */
  readonly ttlMs?: number | undefined
  /** Refused tokens held; apart from the verified ones, so that a flood of bad tokens cannot push those out. Default 1,000. */
  readonly maxRefused?: number | undefined
  /** How long a refusal is repeated without another look, in ms. Default 5,000. */
  readonly refusedTtlMs?: number | undefined
}

/**
 * Remembers which tokens were verified, keyed by the whole token. Never beyond `exp`, never longer than `ttlMs`; a clock that went back
 * forgets. Checking a signature costs 60 to 150 us, this below one.
 */
export class TokenCache<V> {
  readonly #ttlMs: number
  readonly #refusedTtlMs: number
  readonly #verified: BoundedMap<Entry<V>>
  readonly #refused: BoundedMap<Entry<string>>

  constructor(options: TokenCacheOptions = {}) {
    const { maxEntries = 10_000, ttlMs = 60_000, maxRefused = 1000, refusedTtlMs = 5000 } = options
    this.#ttlMs = ttlMs
    this.#refusedTtlMs = refusedTtlMs
    this.#verified = new BoundedMap({ maxEntries, maxChars: 16 * 1024 * 1024 })
    this.#refused = new BoundedMap({ maxEntries: maxRefused, maxChars: 2 * 1024 * 1024 })
  }

  get(token: string, now: number): V | undefined {
    return alive(this.#verified, token, now)
  }

  /** `expiresAt` in ms. */
  put(token: string, value: V, now: number, expiresAt: number = Number.POSITIVE_INFINITY): void {
    const until = Math.min(expiresAt, now + this.#ttlMs)
    if (until > now) this.#verified.set(token, { value, from: now, until })
  }

  /** The reason a token was refused for, while that is remembered. */
  refusal(token: string, now: number): string | undefined {
    return alive(this.#refused, token, now)
  }

  /** Only for what cannot become good by waiting: a wrong signature, an inactive token. Never for an unknown key or an outage. */
  putRefusal(token: string, reason: string, now: number): void {
    if (this.#refusedTtlMs > 0) this.#refused.set(token, { value: reason, from: now, until: now + this.#refusedTtlMs })
  }

  clear(): void {
    this.#verified.clear()
    this.#refused.clear()
  }
}

function alive<V>(map: BoundedMap<Entry<V>>, token: string, now: number): V | undefined {
  const entry = map.get(token)
  if (entry === undefined) return undefined
  if (now >= entry.from && now < entry.until) return entry.value
  map.delete(token)
  return undefined
}
