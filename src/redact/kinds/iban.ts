import { ibanLengths, isIban } from '../checks/iban.ts'
import { ALNUM, classOf } from '../engine/chars.ts'
import type { Kind } from '../kind.ts'

/** The longest IBAN has 34 characters. One buffer, used over and over. */
const codes = new Uint8Array(34)

export const iban: Kind = {
  id: 'pii/iban',
  name: 'iban',
  group: 'pii',
  label: '[IBAN_REDACTED]',
  severity: 'high',
  what: 'IBANs, together or in groups, any case',
  validator: 'length of the country, modulo 97',
  base: true,
  triggers: [...ibanLengths.keys()].map((country) => `${country.toLowerCase()}00`),
  verify(cursor, start) {
    if (!cursor.opens(start)) return false
    const length = ibanLengths.get(cursor.slice(start, start + 2).toUpperCase())
    if (length === undefined) return false
    let count = 0
    let i = start
    let separator = 0
    while (count < length) {
      const code = cursor.at(i)
      if ((classOf(code) & ALNUM) !== 0) codes[count++] = code
      else {
        if ((code !== 32 && code !== 45) || (separator !== 0 && code !== separator) || !cursor.is(i + 1, ALNUM)) return false
        separator = code
      }
      i++
    }
    return cursor.closes(i) && isIban(codes, length) && cursor.match(start, i)
  },
}
