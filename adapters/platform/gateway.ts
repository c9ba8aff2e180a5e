import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkKeys } from '../../src/core/check-options.ts'
import { SafeMcpConfigError } from '../../src/core/config-error.ts'
import type { SafeMcpOptions } from '../../src/options.ts'
import { createSafeMcp, type SafeMcp } from '../../src/safe-mcp.ts'
import { enter, type NodeHost } from '../node.ts'
import { createForward } from './gateway/forward.ts'

export interface GatewayOptions {
  /** The MCP server behind the gateway: `http://localhost:3000/mcp`. Its path and what lies below are reachable, nothing else. */
  readonly target: string | URL
  /** The guards. Default: those of `safeMcp()`. */
  readonly options?: SafeMcpOptions | undefined
  /** Sent to the target with every request, for example its own credential. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * Hands the caller's `Authorization` and other credentials on. Default false: MCP forbids to pass on a token that was not issued for
   * the server it is passed to.
   */
  readonly passAuthorization?: boolean | undefined
  /** The longest wait for the head of an answer, in milliseconds. Default 60,000; then 504. Streams may last. */
  readonly timeoutMs?: number | undefined
  /** Told why the target failed; callers are only told that it did. */
  readonly onError?: ((error: Error) => void) | undefined
}

export interface Gateway {
  /** For a server of your own: `https.createServer(tls, gateway.handle)`. */
  readonly handle: (req: IncomingMessage, res: ServerResponse) => void
  readonly safe: SafeMcp
  /** Default: a free port of 127.0.0.1. */
  listen(port?: number, host?: string): Promise<{ readonly url: string; readonly server: Server }>
  /** Takes no more requests, waits for running ones (default 10,000 ms), ends the rest, and flushes what was observed. */
  close(options?: { readonly drainMs?: number | undefined }): Promise<void>
}

const keys = ['target', 'options', 'headers', 'passAuthorization', 'timeoutMs', 'onError'] as const

/**
 * Puts the guards in front of a server in any language. Streams both ways: a slow reader slows the target, a caller that leaves ends
 * the target's work.
 *
 * Credentials stay here, unless told otherwise: `Authorization`, `DPoP`, and the headers the verifiers read.
 *
 * @throws SafeMcpConfigError for a target that is no http or https URL, and for options nobody can mean.
 * @example await createGateway({ target: 'http://localhost:3000/mcp', options: { mode: 'strict' } }).listen(8080)
 */
export function createGateway(options: GatewayOptions): Gateway {
  checkKeys(options as unknown, keys, 'gateway')
  const target = readTarget(options.target)
  const safe = createSafeMcp(options.options ?? {})
  const forward = createForward({
    target,
    withheld: options.passAuthorization === true ? new Set() : credentialHeaders(options.options),
    added: options.headers ?? {},
    timeoutMs: options.timeoutMs ?? 60_000,
    onError: options.onError,
  })
  const servers = new Set<Server>()

  async function pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      if (await enter(safe, hostOf(req, res))) forward(req, res)
    } catch (error) {
      options.onError?.(error as Error)
      res.destroy()
    }
  }
  const handle = (req: IncomingMessage, res: ServerResponse): void => void pass(req, res)

  return {
    handle,
    safe,
    async listen(port = 0, host = '127.0.0.1') {
      const server = createServer(handle)
      server.listen(port, host)
      await once(server, 'listening')
      servers.add(server)
      const { address, family, port: bound } = server.address() as AddressInfo
      return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}${target.pathname}`, server }
    },
    async close({ drainMs = 10_000 } = {}) {
      await Promise.all([...servers].map((server) => drain(server, drainMs)))
      forward.close()
      await safe.close()
    },
  }
}

function readTarget(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'gateway.target', message: 'must be an http or https URL.' })
  }
  return url
}

/** Where callers put what proves who they are: of use to this gateway, a secret to everybody behind it. */
function credentialHeaders(options: SafeMcpOptions | undefined): ReadonlySet<string> {
  const identity = options?.identity
  const read = identity ? identity.verifiers.flatMap((verifier) => verifier.headers ?? []) : []
  return new Set(['authorization', 'dpop', ...read])
}

function hostOf(req: IncomingMessage, res: ServerResponse): NodeHost {
  // Nobody behind this parses bodies, so nobody needs a place to keep a parsed one.
  return { req, res, target: req.url ?? '/', holders: [{}], show() {} }
}

async function drain(server: Server, drainMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const over = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearTimeout(over)
}
