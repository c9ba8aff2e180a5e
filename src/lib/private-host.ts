import { parseIp } from './ip.ts'

/** IPv4 ranges that are not the public internet (IANA special-purpose registry): first address and prefix length. */
const reserved: readonly (readonly [address: number, prefix: number])[] = [
  [0x00000000, 8], // this network
  [0x0a000000, 8], // private
  [0x64400000, 10], // carrier-grade NAT
  [0x7f000000, 8], // loopback
  [0xa9fe0000, 16], // link-local, cloud metadata
  [0xac100000, 12], // private
  [0xc0000000, 24], // protocol assignments
  [0xc0000200, 24], // documentation
  [0xc0a80000, 16], // private
  [0xc6120000, 15], // benchmarking
  [0xc6336400, 24], // documentation
  [0xcb007100, 24], // documentation
  [0xe0000000, 3], // multicast and reserved
]

/**
 * True for loopback, private, link-local and other addresses and names that do not lead to the public internet. `host` as a URL has it:
 * the URL parser has already brought octal, hexadecimal and short IPv4 spellings into one form.
 */
export function isPrivateHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  const bytes = parseIp(name.startsWith('[') ? name.slice(1, -1) : name)
  if (bytes === undefined) {
    return (
      name === 'localhost' ||
      !name.includes('.') ||
      ['.localhost', '.local', '.internal', '.home.arpa'].some((suffix) => name.endsWith(suffix))
    )
  }
  return bytes.length === 4 ? isReserved(bytes, 0) : isReservedV6(bytes)
}

function isReserved(bytes: Uint8Array, at: number): boolean {
  const address = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  return reserved.some(([first, prefix]) => address >>> (32 - prefix) === first >>> (32 - prefix))
}

function isReservedV6(bytes: Uint8Array): boolean {
  const top = (bytes[0]! << 8) | bytes[1]!
  if ((top & 0xe000) !== 0x2000) {
    // NAT64 carries an IPv4 address at its end; everything else outside 2000::/3 is not routed.
    return top !== 0x0064 || isReserved(bytes, 12)
  }
  if (top === 0x2002) return isReserved(bytes, 2) // 6to4
  return top === 0x2001 && bytes[2] === 0x0d && bytes[3] === 0xb8 // documentation
}
