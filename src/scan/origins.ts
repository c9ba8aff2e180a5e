/**
 * Where the bytes of a normalised text came from. Kept by unit of the text, not by byte, and looked up for the few that matter: a letter may
 * stand for several bytes, and a number for each of them would be most of the memory that normalising takes.
 */
export class Origins {
  readonly #starts: Int32Array
  readonly #units: number
  /** The unit asked for last: questions go mostly from left to right. */
  #near = 0

  /** `starts`: by unit, where the bytes it wrote begin. Never less than that of the unit before. */
  constructor(starts: Int32Array, units: number) {
    this.#starts = starts
    this.#units = units
  }

  /** The unit that wrote a byte: the last one that begins there or before. */
  of(byte: number): number {
    const starts = this.#starts
    let low = this.#near
    let high = low + 1
    if (starts[low]! <= byte) {
      for (let step = 1; high < this.#units && starts[high]! <= byte; step *= 2) {
        low = high
        high += step
      }
      high = Math.min(high, this.#units)
    } else {
      for (let step = 1; low > 0 && starts[low]! > byte; step *= 2) {
        high = low
        low = Math.max(0, low - step)
      }
    }
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= byte) low = middle
      else high = middle
    }
    this.#near = low
    return low
  }
}
