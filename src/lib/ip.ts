/** An IP address as numbers: 4 bytes or 16. IPv4-mapped IPv6 (`::ffff:a.b.c.d`) gives the IPv4 address it is. */
export function parseIp(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/**
 * What a limit or a record should count as one client: an IPv4 address, or the first `prefixBits` of an IPv6 address, of which one
 * subscriber holds many. Spellings of one address give one key. Undefined for what is not an address.
 */
export function clientKey(text: string | undefined, prefixBits = 56): string | undefined {
  if (text === undefined) return undefined
  const zone = text.indexOf('%')
  const bytes = parseIp(zone < 0 ? text : text.slice(0, zone))
  if (bytes === undefined) return undefined
  if (bytes.length === 4) return bytes.join('.')
  let key = ''
  for (let i = 0; i < 16 && i * 8 < prefixBits; i++) {
    const bits = Math.min(8, prefixBits - i * 8)
    key += (bytes[i]! & (0xff00 >> bits) & 0xff).toString(16).padStart(2, '0')
  }
  return `${key}/${prefixBits}`
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const bytes = new Uint8Array(4)
  for (const [i, part] of parts.entries()) {
    // No leading zeros: some parsers read them as octal, and one address must have one spelling.
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined
    bytes[i] = Number(part)
  }
  return bytes
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] as string)
  const tail = halves.length === 2 ? groups(halves[1] as string) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const words = [...head, ...Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail]
  const bytes = new Uint8Array(16)
  for (const [i, word] of words.entries()) {
    bytes[i * 2] = word >> 8
    bytes[i * 2 + 1] = word & 0xff
  }
  const mapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff
  return mapped ? bytes.slice(12) : bytes
}

function groups(text: string): number[] | undefined {
  if (text === '') return []
  const words: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (part.includes('.') && i === parts.length - 1) {
      const v4 = parseIpv4(part)
      if (v4 === undefined) return undefined
      words.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) words.push(Number.parseInt(part, 16))
    else return undefined
  }
  return words
}
