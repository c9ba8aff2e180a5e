import { parseIp } from './ip.ts'

/** An address as 128 bits; IPv4 as its IPv4-mapped IPv6 form, so that `::ffff:10.0.0.1` is `10.0.0.1`. */
export type IpNumber = bigint

/** The number of an address, or undefined when it is none. */
export function ipNumber(text: string): IpNumber | undefined {
  const bytes = parseIp(text)
  return bytes?.reduce((value, byte) => (value << 8n) | BigInt(byte), bytes.length === 4 ? 0xffffn : 0n)
}

/** A block of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address. Undefined when it is not one. */
export function parseCidr(text: string): ((address: IpNumber) => boolean) | undefined {
  const slash = text.indexOf('/')
  const base = ipNumber(slash === -1 ? text : text.slice(0, slash))
  if (base === undefined) return undefined
  const width = text.includes(':') ? 128 : 32
  const length = slash === -1 ? String(width) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(length) || Number(length) > width) return undefined
  const shift = BigInt(width - Number(length))
  return (address) => address >> shift === base >> shift
}
