/**
 * Letters written in parts: a vowel sign, a voicing mark or a breve behind its letter, Hangul spelled in jamo. Text comes so from file systems,
 * keyboards and those who hope that nobody puts it together.
 */

/**
 * Everything that is joined to the letter before it, in canonical composition and where half-width forms are written. BMP only. Single units,
 * and ranges as pairs.
 */
const ranges: readonly (readonly [from: number, to?: number])[] = [
  [0x0300, 0x0304],
  [0x0306, 0x030c],
  [0x030f],
  [0x0311],
  [0x0313],
  [0x0314],
  [0x031b],
  [0x0323, 0x0328],
  [0x032d],
  [0x032e],
  [0x0330],
  [0x0331],
  [0x0338],
  [0x0342],
  [0x0345],
  [0x0653, 0x0655],
  [0x093c],
  [0x09be],
  [0x09d7],
  [0x0b3e],
  [0x0b56],
  [0x0b57],
  [0x0bbe],
  [0x0bd7],
  [0x0c56],
  [0x0cc2],
  [0x0cd5],
  [0x0cd6],
  [0x0d3e],
  [0x0d57],
  [0x0dca],
  [0x0dcf],
  [0x0ddf],
  [0x102e],
  [0x1161, 0x1175],
  [0x11a8, 0x11c2],
  [0x1b35],
  [0x3099],
  [0x309a],
  [0xff9e],
  [0xff9f],
]

/** By unit: may it be joined to the one before? */
const seconds = new Uint8Array(0x10000)
for (const [from, to = from] of ranges) seconds.fill(1, from, to + 1)

/** May that unit be joined to the one before? */
export function joins(unit: number): boolean {
  return seconds[unit] === 1
}

/** Pairs that are remembered. */
const MOST = 4096
const known = new Map<number, number>()

/** The letter that two units are together (NFKC), or 0 where they are not one. */
export function compose(base: number, mark: number): number {
  const key = base * 0x10000 + mark
  let whole = known.get(key)
  if (whole === undefined) {
    const joined = String.fromCharCode(base, mark).normalize('NFKC')
    whole = joined.length === 1 ? joined.charCodeAt(0) : 0
    if (known.size === MOST) known.clear()
    known.set(key, whole)
  }
  return whole
}
