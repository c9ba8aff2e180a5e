/*
 * Check digits of national identification numbers. Each takes digit values and says whether they hold. The algorithms are those the
 * issuing authorities publish; where a number carries a birth date, impossible dates fail too.
 */

type Digits = ArrayLike<number>

/** Sum of digits times weights. */
function weighted(digits: Digits, weights: readonly number[], from = 0): number {
  let sum = 0
  for (const [i, weight] of weights.entries()) sum += digits[from + i]! * weight
  return sum
}

/** The digits `[from, to)` as a number. At most 15 of them. */
export function numberOf(digits: Digits, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) value = value * 10 + digits[i]!
  return value
}

function allSame(digits: Digits, count: number): boolean {
  for (let i = 1; i < count; i++) if (digits[i] !== digits[0]) return false
  return true
}

const isDay = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31

/** UK NHS number: 10 digits, modulo 11. */
export const isNhs = (d: Digits): boolean => {
  const check = 11 - (weighted(d, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
  return !allSame(d, 10) && (check === 11 ? 0 : check) === d[9]
}

/** French NIR: sex, year, month, department, commune, order and a key of 97 minus the rest. Corsica's letters are not read. */
export const isNir = (d: Digits): boolean => {
  const month = numberOf(d, 3, 5)
  const sex = d[0]!
  return (
    sex >= 1 &&
    sex <= 8 &&
    ((month >= 1 && month <= 12) || (month >= 20 && month <= 42)) &&
    97 - (numberOf(d, 0, 13) % 97) === numberOf(d, 13, 15)
  )
}

/** German tax id: ISO 7064 MOD 11,10; among the first ten digits one occurs two or three times and the rest at most once. */
export const isSteuerId = (d: Digits): boolean => {
  if (d[0] === 0) return false
  const times = new Array<number>(10).fill(0)
  for (let i = 0; i < 10; i++) times[d[i]!]!++
  const repeated = times.filter((n) => n > 1)
  if (repeated.length !== 1 || repeated[0]! > 3) return false
  let product = 10
  for (let i = 0; i < 10; i++) {
    const sum = (d[i]! + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === d[10]
}

/** Dutch BSN: the eleven test. */
export const isBsn = (d: Digits): boolean => !allSame(d, 9) && weighted(d, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0

/** Belgian national register number: 97 minus the rest; a leading 2 for births from 2000. */
export const isBelgianNrn = (d: Digits): boolean => {
  const month = numberOf(d, 2, 4)
  if (month > 12 || numberOf(d, 4, 6) > 31) return false
  const body = numberOf(d, 0, 9)
  const key = numberOf(d, 9, 11)
  return 97 - (body % 97) === key || 97 - ((2_000_000_000 + body) % 97) === key
}

/** Polish PESEL: weights 1 3 7 9; centuries are coded in the month. */
export const isPesel = (d: Digits): boolean =>
  isDay(numberOf(d, 2, 4) % 20, numberOf(d, 4, 6)) && (10 - (weighted(d, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === d[10]

/** Brazilian CPF: two check digits modulo 11. */
export const isCpf = (d: Digits): boolean => {
  const check = (count: number): number => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += d[i]! * (count + 1 - i)
    return ((sum * 10) % 11) % 10
  }
  return !allSame(d, 11) && check(9) === d[9] && check(10) === d[10]
}

const verhoeffTimes = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const verhoeffTurn = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258']

/** Indian Aadhaar: 12 digits, Verhoeff, first digit 2 to 9. */
export const isAadhaar = (d: Digits): boolean => {
  if (d[0]! < 2) return false
  let check = 0
  for (let i = 0; i < 12; i++) check = Number(verhoeffTimes[check]![Number(verhoeffTurn[i % 8]![d[11 - i]!])])
  return check === 0
}

/** Japanese My Number: 12 digits, modulo 11. */
export const isMyNumber = (d: Digits): boolean => {
  const rest = weighted(d, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return !allSame(d, 12) && (rest <= 1 ? 0 : 11 - rest) === d[11]
}

/** Chinese resident id, first 17 digits: region, birth date; gives the check character (ISO 7064 MOD 11-2), or undefined. */
export const residentIdCheck = (d: Digits): string | undefined => {
  const year = numberOf(d, 6, 10)
  if (d[0] === 0 || year < 1900 || year > 2099 || !isDay(numberOf(d, 10, 12), numberOf(d, 12, 14))) return undefined
  return '10X98765432'[weighted(d, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11]
}

/** Korean resident registration number: birth date, century and sex, modulo 11. */
export const isRrn = (d: Digits): boolean =>
  isDay(numberOf(d, 2, 4), numberOf(d, 4, 6)) &&
  d[6]! >= 1 &&
  d[6]! <= 8 &&
  (11 - (weighted(d, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === d[12]

/** Australian tax file number: 9 digits, weights modulo 11. */
export const isTfn = (d: Digits): boolean => !allSame(d, 9) && weighted(d, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0

/** Turkish identity number: two check digits. */
export const isTckn = (d: Digits): boolean => {
  const odd = d[0]! + d[2]! + d[4]! + d[6]! + d[8]!
  const even = d[1]! + d[3]! + d[5]! + d[7]!
  return d[0] !== 0 && (((odd * 7 - even) % 10) + 10) % 10 === d[9] && (odd + even + d[9]!) % 10 === d[10]
}

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** Letter of a Spanish DNI or NIE whose number (X, Y, Z as 0, 1, 2) is given. */
export const dniLetter = (number: number): string => dniLetters[number % 23]!

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/** Check letter of an Italian codice fiscale, from its first 15 characters, upper-case. */
export function codiceFiscaleLetter(body: string): string {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const code = body.charCodeAt(i)
    const value = code < 65 ? code - 48 : code - 65
    sum += i % 2 === 0 ? oddValues[value]! : value
  }
  return String.fromCharCode(65 + (sum % 26))
}
