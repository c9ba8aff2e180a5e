import { parseIp } from './ip.ts'

/** An address as 128 bits; IPv4 as its IPv4-mapped IPv6 form, so that `::ffff:10.0.0.1` is `10.0.0.1`. */
export type IpNumber = bigint

const mapped = 0xffff_0000_0000n

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

/** IANA special-purpose blocks a server should not be talked into reaching (RFC 6890 and its registry). */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
].map((block) => parseCidr(block) as (address: IpNumber) => boolean)

/** True for loopback, private, link-local, documentation, multicast and reserved addresses, also inside 6to4, Teredo, NAT64 or v4-compatible forms. */
export function isSpecialAddress(address: IpNumber): boolean {
  if (special.some((inBlock) => inBlock(address))) return true
  const embedded = embeddedV4(address)
  return embedded !== undefined && special.some((inBlock) => inBlock(mapped | embedded))
}

function embeddedV4(address: IpNumber): bigint | undefined {
  if (address >> 32n === 0n) return address // ::a.b.c.d
  if (address >> 32n === 0x64_ff9b_0000_0000_0000_0000n) return address & 0xffff_ffffn // 64:ff9b::a.b.c.d
  if (address >> 112n === 0x2002n) return (address >> 80n) & 0xffff_ffffn // 2002:a.b.c.d::
  if (address >> 96n === 0x2001_0000n) return ~address & 0xffff_ffffn // Teredo client, inverted
  return undefined
}
