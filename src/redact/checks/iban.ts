/** Country and IBAN length, from the SWIFT IBAN registry (release 99) and the countries that use the format unregistered. */
const registry =
  'AD24AE23AL28AO25AT20AZ28BA20BE16BF28BG22BH22BI27BJ28BR29BY28CF27CG27CH21CI28CM27CR22CV25CY28CZ24DE22DJ27DK18DO28DZ26EE20EG29ES24' +
  'FI18FK18FO18FR27GA27GB22GE22GI23GL18GQ27GR27GT28GW25HN28HR21HU28IE22IL23IQ23IR26IS26IT27JO30KM27KW30KZ20LB28LC32LI21LT20LU20LV21' +
  'LY25MA28MC27MD24ME22MG27MK19ML28MN20MR27MT31MU30MZ25NE28NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24' +
  'SM27SN28SO23ST25SV28TD27TG28TL23TN24TR26UA29VA22VG24XK20YE30'

export const ibanLengths: ReadonlyMap<string, number> = new Map(
  Array.from({ length: registry.length / 4 }, (_, i) => [registry.slice(i * 4, i * 4 + 2), Number(registry.slice(i * 4 + 2, i * 4 + 4))]),
)

/** Value of a letter (A is 10, either case) or digit. */
const letterValue = (code: number): number => (code < 58 ? code - 48 : (code | 32) - 87)

/**
 * True when the first `length` codes, letters and digits only, are an IBAN: modulo 97 of the whole with its first four characters moved
 * to the end is 1 (ISO 13616, ISO 7064 MOD 97-10).
 */
export function isIban(codes: ArrayLike<number>, length: number): boolean {
  return modulo97(modulo97(0, codes, 4, length), codes, 0, 4) === 1
}

/** Reads on: `rest` is that of what stands before. Divides only when the number would grow too long for the machine. */
function modulo97(rest: number, codes: ArrayLike<number>, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = letterValue(codes[i]!)
    rest = rest * (value > 9 ? 100 : 10) + value
    if (rest > 10_000_000) rest %= 97
  }
  return rest % 97
}
