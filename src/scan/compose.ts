/**
 * Letters written in parts: a vowel sign, a voicing mark or a breve behind its letter, Hangul spelled in jamo. Text comes so from file systems,
 * keyboards and those who hope that nobody puts it together.
 */

/** Everything that is joined to the letter before it, in canonical composition and where half-width forms are written. BMP only. */
const seconds =
  /[\u0300-\u0304\u0306-\u030c\u030f\u0311\u0313\u0314\u031b\u0323-\u0328\u032d\u032e\u0330\u0331\u0338\u0342\u0345\u0653-\u0655\u093c\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0c56\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dca\u0dcf\u0ddf\u102e\u1161-\u1175\u11a8-\u11c2\u1b35\u3099\u309a\uff9e\uff9f]/

let isSecond: Uint8Array | undefined

/** May that unit be joined to the one before? */
export function joins(unit: number): boolean {
  if (isSecond === undefined) {
    isSecond = new Uint8Array(0x10000)
    for (let i = 0x300; i < 0x10000; i++) if (seconds.test(String.fromCharCode(i))) isSecond[i] = 1
  }
  return isSecond[unit] === 1
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
