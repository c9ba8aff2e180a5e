/**
 * Counts over a sliding window, in buckets that take turns: memory and time are those of the buckets, whatever the traffic.
 *
 * The window is exact to one bucket: an event is forgotten between `windowMs - windowMs / buckets` and `windowMs` after it happened.
 */
export class CountWindow<Name extends string> {
  readonly #names: readonly Name[]
  readonly #bucketMs: number
  readonly #buckets: number
  readonly #counts: Float64Array
  readonly #totals: Float64Array
  /** Number of the newest bucket since the beginning of time. */
  #newest: number | undefined

  constructor(names: readonly Name[], windowMs: number, buckets: number) {
    this.#names = names
    this.#bucketMs = windowMs / buckets
    this.#buckets = buckets
    this.#counts = new Float64Array(names.length * buckets)
    this.#totals = new Float64Array(names.length)
  }

  add(name: Name, now: number, by = 1): void {
    this.#turn(now)
    const index = this.#names.indexOf(name)
    const bucket = (this.#newest as number) % this.#buckets
    this.#counts[bucket * this.#names.length + index]! += by
    this.#totals[index]! += by
  }

  /** Sum over the window that ends now. */
  sum(name: Name, now: number): number {
    this.#turn(now)
    return this.#totals[this.#names.indexOf(name)] as number
  }

  /** Forgets what has left the window. A clock that goes back counts into the newest bucket. */
  #turn(now: number): void {
    const current = Math.floor(now / this.#bucketMs)
    const newest = this.#newest
    if (newest === undefined || current - newest >= this.#buckets) {
      this.#counts.fill(0)
      this.#totals.fill(0)
      this.#newest = current
      return
    }
    for (let bucket = newest + 1; bucket <= current; bucket++) {
      const from = (bucket % this.#buckets) * this.#names.length
      for (let i = 0; i < this.#names.length; i++) {
        this.#totals[i]! -= this.#counts[from + i]!
        this.#counts[from + i] = 0
      }
      this.#newest = bucket
    }
  }
}
