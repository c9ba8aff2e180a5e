/** Luhn check of digit values (ISO/IEC 7812-1 annex B), of the first `count` of them. */
export function isLuhn(digits: ArrayLike<number>, count = digits.length): boolean {
  let sum = 0
  for (let i = count - 1, twice = false; i >= 0; i--, twice = !twice) {
    const digit = digits[i]!
    sum += twice ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum % 10 === 0
}
