/*
 * Integer arithmetic on 32 bits, the same on every runtime.
 */

export const SEED = 0x811c9dc5 | 0

/** One more unit of a word (FNV-1a). */
export function extend(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

/** One number out of two, in this order; `kind` keeps features of different kinds apart. */
export function join(kind: number, a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + kind, 0x85ebca6b)
  h ^= h >>> 15
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Characters of scripts written without spaces: each is a token of its own. Thai, Lao, Burmese, Khmer; kana, Chinese, Hangul. */
export function isolated(unit: number): boolean {
  return (
    unit >= 0x0e00 &&
    (unit <= 0x0eff ||
      (unit >= 0x1000 && unit <= 0x109f) ||
      (unit >= 0x1780 && unit <= 0x17ff) ||
      (unit >= 0x3040 && unit <= 0x9fff) ||
      (unit >= 0xac00 && unit <= 0xd7a3))
  )
}
