/** Assigned country calling codes of two digits (ITU-T E.164); 1 and 7 have one, the rest three. */
const two = new Set([
  20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81,
  82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
])
/** By the first two digits: the third digits in use. */
const three: ReadonlyMap<number, string> = new Map([
  [21, '12368'],
  [22, '0123456789'],
  [23, '0123456789'],
  [24, '0123456789'],
  [25, '012345678'],
  [26, '0123456789'],
  [29, '01789'],
  [35, '0123456789'],
  [37, '0123456789'],
  [38, '01235679'],
  [42, '013'],
  [50, '0123456789'],
  [59, '0123456789'],
  [67, '023456789'],
  [68, '0123456789'],
  [69, '012'],
  [80, '08'],
  [85, '02356'],
  [87, '08'],
  [88, '0123678'],
  [96, '012345678'],
  [97, '0123456789'],
  [99, '2345678'],
])

/** Digits `[from, to)` in international form, without `+`: an assigned country code and 8 to 15 digits in all. */
export function isInternationalPhone(digits: ArrayLike<number>, from: number, to: number): boolean {
  const count = to - from
  if (count < 8 || count > 15) return false
  const first = digits[from]!
  if (first === 1) return count === 11 && isNanp(digits, from + 1)
  if (first === 7) return count === 11
  const pair = first * 10 + digits[from + 1]!
  return two.has(pair) || three.get(pair)?.includes(String(digits[from + 2])) === true
}

/** Ten digits of the North American numbering plan: area and exchange begin with 2-9 and are not N11. */
export function isNanp(digits: ArrayLike<number>, from: number): boolean {
  const part = (at: number): boolean => digits[at]! > 1 && !(digits[at + 1] === 1 && digits[at + 2] === 1)
  return part(from) && part(from + 3)
}
