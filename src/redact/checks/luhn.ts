/** By digit: the sum of the digits of its double. */
const twice = Uint8Array.of(0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

/** The same of four groups of four digits, one character apart, that begin at `at` in ASCII text. */
export function isLuhnInFours(bytes: Uint8Array, at: number): boolean {
  let sum = 0
  for (let i = at; i < at + 20; i += 5)
    sum += twice[bytes[i]! - 48]! + (bytes[i + 1]! - 48) + twice[bytes[i + 2]! - 48]! + (bytes[i + 3]! - 48)
  return sum % 10 === 0
}

/** Luhn check of digit values (ISO/IEC 7812-1 annex B), of the first `count` of them. */
export function isLuhn(digits: ArrayLike<number>, count = digits.length): boolean {
  let sum = 0
  let i = count - 1
  for (; i > 0; i -= 2) sum += digits[i]! + twice[digits[i - 1]!]!
  return (i < 0 ? sum : sum + digits[0]!) % 10 === 0
}
