/** Stops asking a service that keeps failing, so that callers fail at once instead of each waiting for a timeout. */
export class CircuitBreaker {
  readonly #threshold: number
  readonly #openMs: number
  #failures = 0
  #openedAt = 0

  /** Opens after `failures` (default 5) failures in a row, for `openMs` (default 10,000). */
  constructor(options: { readonly failures?: number | undefined; readonly openMs?: number | undefined } = {}) {
    this.#threshold = options.failures ?? 5
    this.#openMs = options.openMs ?? 10_000
  }

  /** Milliseconds until the service may be asked again; 0 means now. Once that time is over, one caller per period tries. */
  waitMs(now: number): number {
    if (this.#failures < this.#threshold) return 0
    const left = this.#openedAt + this.#openMs - now
    if (left > 0 && left <= this.#openMs) return left
    this.#openedAt = now
    return 0
  }

  succeeded(): void {
    this.#failures = 0
  }

  failed(now: number): void {
    this.#failures++
    if (this.#failures >= this.#threshold) this.#openedAt = now
  }
}
