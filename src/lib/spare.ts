/**
 * Keeps one thing that is dear to make, the largest so far, for the next that needs one. Who borrows has it alone; while it is out, others get
 * one of their own.
 */
export class Spare<T> {
  readonly #make: (size: number) => T
  readonly #sizeOf: (one: T) => number
  readonly #keeps: (one: T) => boolean
  #kept: T | undefined

  /** `keeps`: is it small enough to stay? */
  constructor(make: (size: number) => T, sizeOf: (one: T) => number, keeps: (one: T) => boolean) {
    this.#make = make
    this.#sizeOf = sizeOf
    this.#keeps = keeps
  }

  /** One of that size or larger, as whoever had it left it. */
  borrow(size: number): T {
    const held = this.#kept
    this.#kept = undefined
    return held !== undefined && this.#sizeOf(held) >= size ? held : this.#make(size)
  }

  giveBack(one: T): void {
    if (this.#keeps(one) && (this.#kept === undefined || this.#sizeOf(one) >= this.#sizeOf(this.#kept))) this.#kept = one
  }
}
