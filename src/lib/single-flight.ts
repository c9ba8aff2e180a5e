/** Collapses calls for one key that overlap into one piece of work. */
export class SingleFlight<V> {
  readonly #open = new Map<string, Promise<V>>()

  /** The result of `work`, or of the same key's work that is already under way. */
  run(key: string, work: () => Promise<V>): Promise<V> {
    const open = this.#open.get(key)
    if (open !== undefined) return open
    const started = work().finally(() => {
      if (this.#open.get(key) === started) this.#open.delete(key)
    })
    this.#open.set(key, started)
    return started
  }
}
