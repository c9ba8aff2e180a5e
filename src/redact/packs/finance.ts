import { isBase58Address, isBech32Address, isEthereumAddress } from '../checks/crypto.ts'
import { ibanLengths } from '../checks/iban.ts'
import { ALNUM, DIGIT, HEX, LOWER, UPPER } from '../engine/chars.ts'
import type { Kind } from '../kind.ts'

const pack = 'safe-mcp/redact/finance'

/** Countries that have no IBAN but banks with a BIC. */
const others =
  'US CA MX AR CL CO PE UY AU NZ JP CN HK TW KR SG IN ID MY PH TH VN ZA NG KE GH MA ZW UG TZ BD LK NP KH MM PG FJ BM KY BS PA CR'.split(' ')
const countries = new Set([...ibanLengths.keys(), ...others])

const bic: Kind = {
  id: 'pii/bic',
  name: 'bic',
  group: 'pii',
  label: '[BIC_REDACTED]',
  severity: 'medium',
  what: 'BIC or SWIFT codes after "BIC" or "SWIFT", upper-case',
  validator: 'ISO 9362: bank, country, location, branch',
  base: false,
  pack,
  wholeWords: true,
  triggers: ['bic', 'swift'],
  verify(cursor, _start, end) {
    for (let at = end; at < end + 16; at++) {
      if (!cursor.is(at, ALNUM) || cursor.is(at - 1, ALNUM)) continue
      const to = cursor.run(at, UPPER | DIGIT, 12)
      if ((to !== at + 8 && to !== at + 11) || !cursor.closes(to)) continue
      const code = cursor.slice(at, to)
      if (/^[A-Z]{6}/.test(code) && countries.has(code.slice(4, 6))) return cursor.match(at, to)
    }
    return false
  },
}

const cryptoAddress: Kind = {
  id: 'pii/crypto-address',
  name: 'crypto-address',
  group: 'pii',
  label: '[CRYPTO_ADDRESS_REDACTED]',
  severity: 'medium',
  what: 'Bitcoin (legacy, P2SH, SegWit, Taproot) and Ethereum addresses',
  validator: 'base58check, bech32 and bech32m checksums; Ethereum EIP-55 where letters are of both cases',
  base: false,
  pack,
  wholeWords: true,
  // A legacy address begins with 1 or 3 and says nothing else before its checksum: it is announced by a word or by what follows the digit.
  triggers: ['bc1', 'tb1', '0x', 'bitcoin', 'btc', 'wallet', 'address'],
  verify(cursor, start, end) {
    if (cursor.readsAnyCase(start, '0x')) {
      const to = cursor.run(end, HEX, 41)
      return to === end + 40 && cursor.closes(to) && isEthereumAddress(cursor.slice(end, to)) && cursor.match(start, to)
    }
    if ((cursor.at(start + 2) === 49 || cursor.at(start + 2) === 0x31) && end - start === 3) {
      const to = cursor.run(start, LOWER | DIGIT | UPPER, 91)
      return isBech32Address(cursor.slice(start, to)) && cursor.match(start, to)
    }
    for (let at = end; at < end + 16; at++) {
      const first = cursor.at(at)
      if ((first !== 49 && first !== 51) || !cursor.opens(at)) continue
      const to = cursor.run(at, ALNUM, 36)
      return to - at >= 25 && to - at <= 35 && isBase58Address(cursor.slice(at, to)) && cursor.match(at, to)
    }
    return false
  },
}

/** Bank codes and crypto addresses. */
export const finance: readonly Kind[] = [bic, cryptoAddress]
