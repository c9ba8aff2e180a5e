import { SafeMcpConfigError } from '../core/config-error.ts'
import { parseIp } from '../lib/ip.ts'

interface Range {
  readonly bytes: Uint8Array
  readonly bits: number
}

/**
 * A test for addresses and ranges (`10.0.0.7`, `10.0.0.0/8`, `fd00::/8`). IPv4-mapped IPv6 addresses count as the IPv4 address they are;
 * what is not an address matches nothing.
 *
 * @throws SafeMcpConfigError with the place of an entry that is neither.
 */
export function createAddressTest(entries: readonly string[], path: string): (address: string | undefined) => boolean {
  const ranges = entries.map((entry, index) => {
    const range = parseRange(entry)
    if (range !== undefined) return range
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: `${path}[${index}]`,
      message: 'is not an IP address or range.',
      suggestion: 'For example `10.0.0.7` or `10.0.0.0/8`.',
    })
  })
  return (address) => {
    const bytes = address === undefined ? undefined : parseIp(address)
    return bytes !== undefined && ranges.some((range) => holds(range, bytes))
  }
}

function parseRange(entry: unknown): Range | undefined {
  if (typeof entry !== 'string') return undefined
  const slash = entry.indexOf('/')
  const bytes = parseIp(slash < 0 ? entry : entry.slice(0, slash))
  if (bytes === undefined) return undefined
  const bits = slash < 0 ? bytes.length * 8 : Number(/^[0-9]{1,3}$/.exec(entry.slice(slash + 1))?.[0] ?? Number.NaN)
  return bits >= 0 && bits <= bytes.length * 8 ? { bytes, bits } : undefined
}

function holds({ bytes, bits }: Range, address: Uint8Array): boolean {
  if (address.length !== bytes.length) return false
  const whole = bits >> 3
  for (let i = 0; i < whole; i++) if (address[i] !== bytes[i]) return false
  const mask = (0xff00 >> (bits & 7)) & 0xff
  return mask === 0 || ((address[whole] as number) & mask) === ((bytes[whole] as number) & mask)
}
