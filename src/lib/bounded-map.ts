/**
 * A Map that forgets what was used least recently, bounded in entries and in characters of its keys, so that long keys cannot make it large.
 *
 * Two generations take turns: an entry that is used moves to the young one; when that holds half of a bound, the old one is dropped.
 */
export class BoundedMap<V> {
  readonly #maxEntries: number
  readonly #maxChars: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  #chars = 0

  constructor(bounds: { readonly maxEntries: number; readonly maxChars: number }) {
    this.#maxEntries = Math.max(1, Math.ceil(bounds.maxEntries / 2))
    this.#maxChars = Math.max(1, Math.ceil(bounds.maxChars / 2))
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key)
    if (value !== undefined) return value
    const aged = this.#old.get(key)
    if (aged === undefined) return undefined
    this.#old.delete(key)
    this.set(key, aged)
    return aged
  }

  set(key: string, value: V): void {
    this.#old.delete(key)
    if (!this.#young.has(key)) {
      if (key.length > this.#maxChars) return
      if (this.#young.size >= this.#maxEntries || this.#chars + key.length > this.#maxChars) {
        this.#old = this.#young
        this.#young = new Map()
        this.#chars = 0
      }
      this.#chars += key.length
    }
    this.#young.set(key, value)
  }

  delete(key: string): void {
    if (this.#young.delete(key)) this.#chars -= key.length
    else this.#old.delete(key)
  }

  clear(): void {
    this.#young = new Map()
    this.#old = new Map()
    this.#chars = 0
  }
}
