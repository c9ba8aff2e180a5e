import type { IncomingMessage } from 'node:http'

/**
 * Sets or removes (`undefined`) a request header in both views Node offers: `headers`, which frameworks read, and
 * `rawHeaders`, which fetch bridges read. `name` must be lower-case.
 */
export function setRequestHeader(req: IncomingMessage, name: string, value: string | undefined): void {
  const { headers, rawHeaders } = req // `headers` is made from `rawHeaders` when it is first read: read it before they change
  let written = false
  for (let i = 0; i < rawHeaders.length; ) {
    if (rawHeaders[i]?.length !== name.length || rawHeaders[i]?.toLowerCase() !== name) i += 2
    else if (value === undefined || written) rawHeaders.splice(i, 2)
    else {
      rawHeaders[i + 1] = value
      written = true
      i += 2
    }
  }
  if (value === undefined) {
    if (name in headers) delete headers[name]
    return
  }
  if (!written) rawHeaders.push(name, value)
  headers[name] = value
}

/** Raw header pairs in wire order. HTTP/2's `:authority` counts as `host`, its other pseudo headers are no headers. */
export function requestPairs(req: IncomingMessage): [name: string, value: string][] {
  const pairs: [string, string][] = []
  const raw = req.rawHeaders
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string
    if (name.charCodeAt(0) !== 58) pairs.push([name, raw[i + 1] as string])
    else if (name === ':authority') pairs.push(['host', raw[i + 1] as string])
  }
  return pairs
}
