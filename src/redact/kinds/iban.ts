import { ibanLengths, isIban } from '../checks/iban.ts'
import { opening } from '../engine/around.ts'
import { ALNUM, classOf } from '../engine/chars.ts'
import type { Kind } from '../kind.ts'

/** The longest IBAN has 34 characters. One buffer, used over and over. */
const codes = new Uint8Array(34)
/** By trigger. */
const lengths = [...ibanLengths.values()]

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
  around: () => ({ before: opening(ALNUM) }),
  verify(cursor, start, _end, trigger) {
    if (!cursor.opens(start)) return false
    const length = lengths[trigger]!
    const { bytes } = cursor
    let count = 0
    let i = start
    let separator = 0
    while (count < length) {
      // What follows the text is a space, and no letter or digit follows that.
      const code = bytes === undefined ? cursor.at(i) : bytes[i]!
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
