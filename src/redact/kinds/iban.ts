import { ibanLengths, isIban } from '../checks/iban.ts'
import { ALNUM } from '../engine/chars.ts'
import type { Kind } from '../kind.ts'

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
    let compact = ''
    let i = start
    let separator = 0
    while (compact.length < length) {
      if (cursor.is(i, ALNUM)) compact += cursor.slice(i, i + 1)
      else {
        const code = cursor.at(i)
        if ((code !== 32 && code !== 45) || (separator !== 0 && code !== separator) || !cursor.is(i + 1, ALNUM)) return false
        separator = code
      }
      i++
    }
    return cursor.closes(i) && isIban(compact) && cursor.match(start, i)
  },
}
