import { isLuhn } from './luhn.ts'

/** Issuer ranges: first six digits from, to, and the lengths issued. Source: ISO/IEC 7812 prefixes as the schemes publish them. */
const issuers: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [400000, 499999, [13, 16, 19]], // Visa
  [510000, 559999, [16]], // Mastercard
  [222100, 272099, [16]], // Mastercard
  [340000, 349999, [15]], // American Express
  [370000, 379999, [15]], // American Express
  [300000, 305999, [14, 16, 17, 18, 19]], // Diners Club
  [309500, 309599, [14, 16, 17, 18, 19]], // Diners Club
  [360000, 369999, [14, 16, 17, 18, 19]], // Diners Club
  [380000, 399999, [14, 16, 17, 18, 19]], // Diners Club
  [352800, 358999, [16, 17, 18, 19]], // JCB
  [213100, 213199, [15]], // JCB
  [180000, 180099, [15]], // JCB
  [601100, 601199, [16, 17, 18, 19]], // Discover
  [644000, 659999, [16, 17, 18, 19]], // Discover, RuPay
  [620000, 629999, [16, 17, 18, 19]], // UnionPay
  [220000, 220499, [16, 17, 18, 19]], // Mir
  [500000, 509999, [16, 17, 18, 19]], // Maestro
  [560000, 589999, [16, 17, 18, 19]], // Maestro
  [600000, 600999, [16]], // RuPay, Hipercard
  [606200, 606299, [16]], // Hipercard
  [630000, 639999, [16, 17, 18, 19]], // Maestro
  [670000, 679999, [16, 17, 18, 19]], // Maestro
  [810000, 817199, [16, 17, 18, 19]], // UnionPay, RuPay
]

/**
 * A number a payment card can have: issuer range, length for that issuer, Luhn. Takes digit values, the first `count` of them. `announced`: something said
 * that a card comes, so that Luhn alone is enough (old Maestro numbers, test ranges).
 */
export function isCardNumber(digits: ArrayLike<number>, count = digits.length, announced = false): boolean {
  if (!isLuhn(digits, count)) return false
  if (announced) return true
  let head = 0
  for (let i = 0; i < 6; i++) head = head * 10 + digits[i]!
  for (const [from, to, lengths] of issuers) if (head >= from && head <= to && lengths.includes(count)) return true
  return false
}
