/**
 * True for a US social security number that may have been issued: area not 000, 666 or 9xx, group not 00, serial not 0000,
 * and not one of the numbers that became famous in advertisements. Source: SSA, "Social Security Number Randomization" (2011).
 */
export function isIssuedSsn(area: string, group: string, serial: string): boolean {
  if (area === '000' || area === '666' || area[0] === '9' || group === '00' || serial === '0000') return false
  const whole = area + group + serial
  return whole !== '078051120' && whole !== '219099999'
}
