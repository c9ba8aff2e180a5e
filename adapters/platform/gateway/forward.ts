import { Agent, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { Agent as AgentTls, request as requestHttps } from 'node:https'
import { requestHeaders, responseHeaders, type TargetHeaders } from './headers.ts'
import { targetUrlOf } from './route.ts'

export interface ForwardOptions extends TargetHeaders {
  /** The longest wait for the head of an answer; a stream may then last as long as it likes. */
  readonly timeoutMs: number
  /** Told why a target failed. */
  readonly onError: ((error: Error) => void) | undefined
}

export interface Forward {
  (req: IncomingMessage, res: ServerResponse): void
  /** Lets go of idle connections. */
  close(): void
}

/** Shorter than what servers usually keep: writing into a connection that is being closed fails a request that cannot be repeated. */
const idleMs = 3000

/** Hands requests on to a target and its answers back, byte by byte as they come. */
export function createForward(options: ForwardOptions): Forward {
  const { target, timeoutMs, onError } = options
  const tls = target.protocol === 'https:'
  const agent = new (tls ? AgentTls : Agent)({ keepAlive: true, timeout: idleMs })
  const request = tls ? requestHttps : requestHttp

  function forward(req: IncomingMessage, res: ServerResponse): void {
    const url = targetUrlOf(req.url ?? '/', target)
    if (url === undefined) refuse(res, 404, 'Nothing is reachable here.')
    else send(url, req, res)
  }

  function send(url: URL, req: IncomingMessage, res: ServerResponse): void {
    const outgoing = request(url, { method: req.method, headers: requestHeaders(req, options), agent })
    const late = setTimeout(() => outgoing.destroy(new GatewayTimeout(timeoutMs)), timeoutMs)
    let callerLeft = false

    const fail = (error: Error): void => {
      clearTimeout(late)
      if (callerLeft) return
      onError?.(error)
      // Too late for words: the caller must see that the answer is not whole.
      if (res.headersSent) res.destroy()
      else if (error instanceof GatewayTimeout) refuse(res, 504, 'The server did not answer in time.')
      else refuse(res, 502, 'The server did not answer.')
    }
    outgoing.on('error', fail)
    outgoing.on('response', (incoming) => {
      clearTimeout(late)
      incoming.on('error', fail)
      res.writeHead(incoming.statusCode ?? 502, responseHeaders(incoming))
      // A stream is open as soon as it is opened, not with its first event.
      if (incoming.headers['content-length'] === undefined) res.flushHeaders()
      incoming.pipe(res)
    })
    res.on('close', () => {
      clearTimeout(late)
      callerLeft = !res.writableFinished
      if (callerLeft) outgoing.destroy()
    })
    req.pipe(outgoing)
  }

  return Object.assign(forward, { close: () => agent.destroy() })
}

class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout'

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`)
  }
}

/** A refusal of the gateway's own (RFC 9457). What went wrong behind it is nobody's business. */
function refuse(res: ServerResponse, status: number, title: string): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name)
  const body = JSON.stringify({ type: 'about:blank', title, status })
  res.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  res.end(body)
}
