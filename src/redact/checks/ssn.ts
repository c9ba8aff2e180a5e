/**
 * True for nine digit values that may be an issued US social security number: area not 000, 666 or 9xx, group not 00, serial not 0000,
 * and not one of the numbers that became famous in advertisements. Source: SSA, "Social Security Number Randomization" (2011).
 */
export function isIssuedSsn(digits: ArrayLike<number>): boolean {
  let whole = 0
  for (let i = 0; i < 9; i++) whole = whole * 10 + digits[i]!
  const area = Math.floor(whole / 1_000_000)
  const group = Math.floor(whole / 10_000) % 100
  if (area === 0 || area === 666 || area >= 900 || group === 0 || whole % 10_000 === 0) return false
  return whole !== 78_051_120 && whole !== 219_099_999
}
