import { ALNUM, DIGIT, HEX } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

const pack = 'safe-mcp/redact/network'

const pii = (kind: Pick<Kind, 'name' | 'label' | 'what' | 'validator' | 'triggers' | 'verify' | 'wholeWords' | 'reachesBack'>): Kind => ({
  ...kind,
  id: `pii/${kind.name}`,
  group: 'pii',
  severity: 'low',
  base: false,
  pack,
})

/** Reads `a.b.c.d` at `at`; its end, or -1. */
function ipv4End(cursor: Cursor, at: number): number {
  let i = at
  for (let part = 0; part < 4; part++) {
    if (part > 0 && cursor.at(i++) !== 46) return -1
    const end = cursor.run(i, DIGIT, 4)
    if (end === i || end - i > 3 || (end - i > 1 && cursor.at(i) === 48) || Number(cursor.slice(i, end)) > 255) return -1
    i = end
  }
  // A fifth part, or a letter: a version.
  return cursor.closes(i) && !(cursor.at(i) === 46 && cursor.is(i + 1, ALNUM)) && cursor.at(i) !== 45 ? i : -1
}

const ipAddress = pii({
  name: 'ip-address',
  label: '[IP_REDACTED]',
  what: 'IPv4 and IPv6 addresses; not loopback, unspecified or documentation ranges',
  validator: 'four numbers to 255, or eight groups of hexadecimal digits with at most one `::`; not part of a version',
  triggers: ['0.0', '0:', 'a:', 'b:', 'c:', 'd:', 'e:', 'f:', '::'],
  reachesBack: true,
  verify(cursor, start, end) {
    if (cursor.at(start + 1) === 46) {
      const from = cursor.back(start + 1, DIGIT, 4)
      const before = cursor.at(from - 1)
      if (!cursor.opens(from) || before === 46 || before === 45 || before === 47 || (before | 32) === 118) return false
      const to = ipv4End(cursor, from)
      if (to < 0 || /^(?:127\.|0\.0\.0\.0|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/.test(cursor.slice(from, to))) return false
      return cursor.match(from, to)
    }
    const colon = cursor.at(start) === 58 ? start : end - 1
    const from = cursor.back(colon, HEX, 5)
    if (!cursor.opens(from) || cursor.at(from - 1) === 58) return false
    return ipv6(cursor, from)
  },
})

function ipv6(cursor: Cursor, from: number): boolean {
  let i = from
  let groups = 0
  let gap = false
  for (; groups < 9; ) {
    const end = cursor.run(i, HEX, 5)
    if (end - i > 4) return false
    if (end > i) groups++
    if (cursor.at(end) !== 58) {
      i = end
      break
    }
    if (cursor.at(end + 1) === 58) {
      if (gap) return false
      gap = true
      i = end + 2
    } else if (cursor.is(end + 1, HEX)) i = end + 1
    else {
      i = end
      break
    }
  }
  if (!cursor.closes(i) || cursor.at(i) === 58 || (gap ? groups > 7 || groups < 2 : groups !== 8)) return false
  const text = cursor.slice(from, i)
  return /[a-f]|\d{3}|::.*:/i.test(text) && !/^2001:db8:/i.test(text) && cursor.match(from, i)
}

const mac = pii({
  name: 'mac-address',
  label: '[MAC_REDACTED]',
  what: 'MAC addresses, six pairs with colons or dashes',
  validator: 'one separator throughout; not all zeros or ones',
  triggers: [...'0abcdef'].flatMap((a) => [...'0abcdef'].flatMap((b) => [`${a}${b}:`, `${a}${b}-`])),
  verify(cursor, start, end) {
    const separator = cursor.at(end - 1)
    if (!cursor.opens(start) || cursor.at(start - 1) === separator) return false
    let i = start
    for (let pair = 0; pair < 6; pair++) {
      if (pair > 0 && cursor.at(i++) !== separator) return false
      if (!cursor.is(i, HEX) || !cursor.is(i + 1, HEX)) return false
      i += 2
    }
    if (!cursor.closes(i) || cursor.at(i) === separator) return false
    return !/^(?:00[:-]){5}00$|^(?:ff[:-]){5}ff$/i.test(cursor.slice(start, i)) && cursor.match(start, i)
  },
})

const coordinates = pii({
  name: 'geo-coordinates',
  label: '[LOCATION_REDACTED]',
  what: 'latitude and longitude, decimal, at least four places each: `48.8584, 2.2945`',
  validator: 'ranges of 90 and 180 degrees',
  triggers: ['0.0000'],
  reachesBack: true,
  verify(cursor, start) {
    const digits = cursor.back(start + 1, DIGIT, 3)
    const from = cursor.at(digits - 1) === 45 ? digits - 1 : digits
    if (!cursor.opens(from) || cursor.at(from - 1) === 46) return false
    const first = decimal(cursor, from)
    if (first < 0 || Math.abs(Number(cursor.slice(from, first))) > 90) return false
    let i = first
    if (cursor.at(i) === 44) i++
    while (i < first + 3 && cursor.at(i) === 32) i++
    if (i === first) return false
    const to = decimal(cursor, i)
    return to > 0 && Math.abs(Number(cursor.slice(i, to))) <= 180 && cursor.match(from, to)
  },
})

/** End of a decimal number with four places or more; -1 when it is something else. */
function decimal(cursor: Cursor, at: number): number {
  let i = cursor.at(at) === 45 ? at + 1 : at
  const dot = cursor.run(i, DIGIT, 4)
  if (dot === i || cursor.at(dot) !== 46) return -1
  i = cursor.run(dot + 1, DIGIT, 16)
  return i - dot > 4 && cursor.closes(i) && cursor.at(i) !== 46 ? i : -1
}

/** Addresses of machines and places. */
export const network: readonly Kind[] = [ipAddress, mac, coordinates]
