import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { requestPairs } from '../../node/request-headers.ts'

/** Headers of one connection (RFC 9110, 7.6.1); what `Connection` names is of its kind too. */
const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Who called whom on the way here: only what this gateway saw itself is told to the target. */
const forwarding = new Set(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'])

export interface TargetHeaders {
  readonly target: URL
  /** Lower-case names that stay here. */
  readonly withheld: ReadonlySet<string>
  /** Sent with every request, over what the caller sent. */
  readonly added: Readonly<Record<string, string>>
}

/** Headers of a request as the target gets them: its own Host, its own Origin where the caller was of ours. */
export function requestHeaders(req: IncomingMessage, { target, withheld, added }: TargetHeaders): OutgoingHttpHeaders {
  const headers = endToEnd(req, (name) => name === 'host' || forwarding.has(name) || withheld.has(name))
  const scheme = 'encrypted' in req.socket && req.socket.encrypted === true ? 'https' : 'http'
  const { host, origin } = req.headers
  if (origin !== undefined && origin.toLowerCase() === `${scheme}://${host ?? ''}`.toLowerCase()) headers['origin'] = target.origin
  // Framed as it came: without this Node sends the body of a GET unframed, and the target would read it as a request.
  if (req.headers['transfer-encoding'] !== undefined) {
    delete headers['content-length']
    headers['transfer-encoding'] = 'chunked'
  }
  headers['host'] = target.host
  headers['x-forwarded-for'] = req.socket.remoteAddress ?? 'unknown'
  headers['x-forwarded-proto'] = scheme
  if (host !== undefined) headers['x-forwarded-host'] = host
  for (const [name, value] of Object.entries(added)) headers[name.toLowerCase()] = value
  return headers
}

/** Headers of an answer as the caller gets them. */
export function responseHeaders(res: IncomingMessage): OutgoingHttpHeaders {
  return endToEnd(res, () => false)
}

function endToEnd(message: IncomingMessage, drop: (name: string) => boolean): OutgoingHttpHeaders {
  const named = new Set(
    (message.headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  // Length and type say what the body is; a caller that lists them as hop-by-hop wants them gone where they count.
  named.delete('content-length')
  named.delete('content-type')
  const headers: Record<string, string | string[]> = Object.create(null)
  for (const [wireName, value] of requestPairs(message)) {
    const name = wireName.toLowerCase()
    if (hopByHop.has(name) || named.has(name) || drop(name)) continue
    const before = headers[name]
    headers[name] = before === undefined ? value : [before, value].flat()
  }
  return headers
}
