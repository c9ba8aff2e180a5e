/** A reproducible source of choices. Set `SEED` to repeat a run; the seed is part of every failure message. */
export function random(seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))) {
  let state = seed >>> 0
  /** An integer in `[0, limit)` (mulberry32). */
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  return { seed, below, pick }
}
