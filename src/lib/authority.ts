/** A host, read strictly: `name` without brackets' case or trailing dot games, `port` empty when none was named. */
export interface Host {
  readonly name: string
  readonly port: string
  /** `name` or `name:port`: what lists are keyed by. */
  readonly key: string
}

/** Reads the value of a `Host` header (RFC 9110, 7.2): no user info, no path, no spaces, no second port. */
export function parseHost(value: string): Host | undefined {
  const text = value.toLowerCase()
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1
  if (text.startsWith('[') && bracket < 0) return undefined
  const colon = text.indexOf(':', Math.max(bracket, 0))
  const name = colon < 0 ? text : text.slice(0, colon)
  const port = colon < 0 ? '' : text.slice(colon + 1)
  if (!isHostName(name) || (colon >= 0 && !isPort(port))) return undefined
  return { name, port, key: port === '' ? name : `${name}:${port}` }
}

export interface Origin {
  readonly scheme: string
  readonly name: string
  /** Never empty: the scheme's own port where none was named. */
  readonly port: string
  readonly key: string
}

/** Reads the value of an `Origin` header (RFC 6454): `scheme://host[:port]` and nothing more. `null` is no origin. */
export function parseOrigin(value: string): Origin | undefined {
  const at = value.indexOf('://')
  const scheme = value.slice(0, at).toLowerCase()
  if (at < 1 || !isScheme(scheme)) return undefined
  const host = parseHost(value.slice(at + 3))
  if (host === undefined) return undefined
  const port = host.port === '' ? (scheme === 'https' ? '443' : scheme === 'http' ? '80' : '') : host.port
  return { scheme, name: host.name, port, key: `${scheme}://${host.name}:${port}` }
}

/** True for the names a loopback server is rightly called by. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || isLoopbackV4(name)
}

/** True for loopback socket addresses, IPv4-mapped ones included. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false
  const plain = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address
  return plain === '::1' || isLoopbackV4(plain)
}

/** `127.x.y.z` in its canonical spelling. */
function isLoopbackV4(name: string): boolean {
  if (name === '127.0.0.1') return true
  if (!name.startsWith('127.')) return false
  const parts = name.split('.')
  return parts.length === 4 && parts.every((part) => part.length > 0 && part.length <= 3 && isDigits(part) && Number(part) <= 255)
}

function isHostName(name: string): boolean {
  if (name.length === 0 || name.length > 255) return false
  const literal = name.startsWith('[') && name.endsWith(']')
  const inner = literal ? name.slice(1, -1) : name
  if (inner === '') return false
  for (let i = 0; i < inner.length; i++) {
    const c = inner.charCodeAt(i)
    const alphanumeric = (c >= 48 && c <= 57) || (c >= 97 && c <= 122)
    const other = literal ? c === 0x3a || c === 0x2e : c === 0x2d || c === 0x2e || c === 0x5f
    if (!alphanumeric && !other) return false
  }
  return true
}

function isScheme(scheme: string): boolean {
  for (let i = 0; i < scheme.length; i++) {
    const c = scheme.charCodeAt(i)
    if (!((c >= 97 && c <= 122) || (i > 0 && ((c >= 48 && c <= 57) || c === 0x2b || c === 0x2d || c === 0x2e)))) return false
  }
  return scheme.length > 0
}

function isPort(port: string): boolean {
  return port.length > 0 && port.length <= 5 && isDigits(port) && Number(port) <= 65535
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 48 || text.charCodeAt(i) > 57) return false
  return true
}
