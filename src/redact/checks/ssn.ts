/**
 * True for a number of nine digits that may be an issued US social security number: area not 000, 666 or 9xx, group not 00, serial not 0000,
 * and not one of the numbers that became famous in advertisements. Source: SSA, "Social Security Number Randomization" (2011).
 */
export function isIssuedSsn(number: number): boolean {
  const area = Math.floor(number / 1_000_000)
  const group = Math.floor(number / 10_000) % 100
  if (area === 0 || area === 666 || area >= 900 || group === 0 || number % 10_000 === 0) return false
  return number !== 78_051_120 && number !== 219_099_999
}
